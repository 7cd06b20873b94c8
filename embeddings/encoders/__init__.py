"""Models that turn texts into vectors, and one that compares two texts."""
