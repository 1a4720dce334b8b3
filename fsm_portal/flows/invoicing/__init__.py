"""Invoices as they are made: drafts, sending, credit notes, voiding."""
