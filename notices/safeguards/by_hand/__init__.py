"""What people saw at Zoom, and the files that show it. Nothing here asks the account."""
