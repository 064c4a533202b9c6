"""How staff get to a text: all of them on one page, and a search over everything they may see."""
