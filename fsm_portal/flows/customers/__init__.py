"""The customers of a company, as its staff work with them."""
