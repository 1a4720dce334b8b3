"""A new company signs itself up, and is walked through what it has to decide."""
