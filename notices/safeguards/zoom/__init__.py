"""Talk to Zoom and understand its answers. Nothing here knows the board or writes history."""
