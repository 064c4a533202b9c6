"""Everything a portal holds as one file, taken while people save, and back again."""
