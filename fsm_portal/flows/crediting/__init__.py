"""A customer's credit: put to an invoice, taken off it again, told in words."""
