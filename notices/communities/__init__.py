"""For whom meetings are held: owners' communities and what they have resolved.

Readers meet a community only on the pages of its meetings: nothing here is a page of its own.
"""
