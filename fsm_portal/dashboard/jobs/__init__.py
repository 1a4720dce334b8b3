"""The staff's pages about jobs."""
