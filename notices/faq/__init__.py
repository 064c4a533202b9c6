"""What people ask, and the search. Nothing here decides what is true of a safeguard."""
