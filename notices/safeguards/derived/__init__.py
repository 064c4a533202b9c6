"""Tables that may be rebuilt, and the reading that rests on them; knows no words and no page."""
