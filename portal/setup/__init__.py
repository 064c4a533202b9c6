"""What happens before the portal serves: the environment and the preparation. No models."""
