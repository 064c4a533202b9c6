"""The translation board: what is missing or older than German, out to a translator and back."""
