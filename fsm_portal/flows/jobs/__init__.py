"""Jobs, as the staff plan and finish them."""
