"""How the minutes of a meeting are made: recorded by staff, told to readers, never against Zoom."""
