"""A firm's own letter becomes a draft: read, held against the settings, confirmed by a person."""
