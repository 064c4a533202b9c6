"""What is asked before an edition is published: claims, completeness, translations, corrections."""
