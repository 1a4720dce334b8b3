"""The staff's list of payments: its statements, and what a search of it means."""
