"""Invoices as they are shown: lists, the page of one for each face, the document."""
