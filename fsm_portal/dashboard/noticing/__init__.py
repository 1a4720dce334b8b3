"""The bell, the list of notices, and what of them somebody is mailed about."""
