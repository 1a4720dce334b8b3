"""The audit log: written with each deed, read by owners and admins."""
