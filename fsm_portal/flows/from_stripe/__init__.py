"""What Stripe tells, on its way to the recorder: webhooks taken in, fees asked for, movements kept."""
