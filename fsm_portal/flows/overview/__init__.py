"""The office's first page: what came in, what is owed, what happened, what needs a hand."""
