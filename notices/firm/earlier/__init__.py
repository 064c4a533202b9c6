"""What texts said before: kept whenever a row is written anew, shown, and brought back."""
