"""One mail a day at most to each of the staff: what came back, what waits, what falls due."""
