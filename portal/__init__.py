"""The site: knows every app, no app knows it."""
