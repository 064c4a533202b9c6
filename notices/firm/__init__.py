"""Who runs the portal, and what several apps need. Nothing here knows notices or safeguards."""
