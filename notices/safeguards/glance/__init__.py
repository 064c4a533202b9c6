"""What a reader sees at a glance: the label of all safeguards and the strip of twelve months."""
