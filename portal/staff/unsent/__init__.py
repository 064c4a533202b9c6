"""What somebody typed when their session was over: kept, and given back after signing in."""
