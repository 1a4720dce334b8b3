"""What Stripe tells, on its way to the recorder: events taken in, fees asked for, movements."""
