"""Reminders, as the staff set them up, press them and pause them."""
