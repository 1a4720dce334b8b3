"""Documents that were issued: drawn once for each state of their facts, handed out as kept."""
