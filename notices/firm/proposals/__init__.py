"""What one person proposes and a second decides: the acts, and their staff pages."""
