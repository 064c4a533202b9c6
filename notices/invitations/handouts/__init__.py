"""What leaves the portal with an invitation: texts, sheets, calendar files, words of its kind."""
