"""Reminders of invoices that are due: by a company's schedule, and at the press of a button."""
