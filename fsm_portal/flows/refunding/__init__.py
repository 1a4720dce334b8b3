"""Money given back: what can be, how it is asked of Stripe once, what is said of it."""
