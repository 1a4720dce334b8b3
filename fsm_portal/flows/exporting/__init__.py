"""CSV files of what a company has on its books, for a period, read piece by piece."""
