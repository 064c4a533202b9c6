"""The worst day, rehearsed (`make drill`): killed in the middle of work, restored elsewhere.

Writers save through the staff pages while workers and commands are killed at random moments, then
a backup is taken under that load and the whole portal is killed. What was acknowledged must be
there, and what was backed up must come back row by row into a new folder and into PostgreSQL.
"""
