"""Files of customers, jobs and invoices: read, mapped, landed, and what was refused said."""
