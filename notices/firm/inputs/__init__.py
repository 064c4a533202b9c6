"""What the forms of several apps ask for: a day, one line. No page and no model is in here."""
