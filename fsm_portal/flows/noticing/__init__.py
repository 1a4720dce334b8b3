"""Notices to staff: what needs a hand, on screen and by mail, once for each person."""
