"""The content that people edit, as one file, and back again; README.md beside this says how."""
