"""Letters that came back, or were not wanted: what follows from it."""
