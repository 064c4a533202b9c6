"""What leaves the portal with an invitation: texts to paste, sheets, calendar files, words of its kind."""
