"""The Reconciliation page: what it shows, in an office's words, and what its buttons do."""
