"""The guided start: profile, texts, safeguards or Zoom, first meeting, posters; no public page."""
