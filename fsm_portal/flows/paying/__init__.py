"""A customer pays: what may be paid, the page at Stripe, the way back from it, saved cards."""
