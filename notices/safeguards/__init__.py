"""What is switched off, since when, and does it still hold? Nothing here knows a notice."""
