"""Who works at a company: invited, given a role, deactivated."""
