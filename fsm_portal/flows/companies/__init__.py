"""A company: opened, described, branded, and the account at Stripe that it is paid on."""
