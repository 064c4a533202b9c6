"""SQLite as a server uses it: Django's own backend, with a few connections kept open."""
