"""A customer's statement for any days: its rows, its words, the document."""
