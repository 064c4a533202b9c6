"""How answers leave the portal: errors, health, limits. Knows no page."""
