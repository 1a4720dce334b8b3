"""Documents that were issued: drawn once for each state of their facts, kept, handed out as kept."""
