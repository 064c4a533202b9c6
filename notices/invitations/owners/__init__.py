"""Meetings of owners: for whom they are held, on which resolution, and what must be in time."""
