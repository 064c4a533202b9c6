"""How rows are kept: append-only tables and encrypted texts. No words for readers."""
