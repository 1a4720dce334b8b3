"""The settings of a company: a page for each section."""
