"""In and out: exports and imports of CSV files."""
