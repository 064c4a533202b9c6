"""What readers see across apps. Knows nothing of staff pages."""
