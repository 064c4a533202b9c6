"""The first page of the staff: what waits, what came back, what is due, what happened last."""
