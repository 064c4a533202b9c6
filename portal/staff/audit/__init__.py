"""The audit as people read it: in words, with old and new values, and as a table."""
