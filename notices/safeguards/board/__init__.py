"""Timelines put into words: now, a day of the past, or what changed; imports go only that way."""
