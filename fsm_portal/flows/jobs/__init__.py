"""Jobs, as the staff plan and finish them and as customers find them."""
