"""Evidence of a period as one ZIP: gathered here, checked by anybody with python3 alone."""
