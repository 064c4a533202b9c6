"""What forms of several apps ask for: a day, one line, turns. No page and no model is in here."""
