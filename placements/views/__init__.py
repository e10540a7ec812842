"""The pages of community work."""
