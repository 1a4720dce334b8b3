"""A company's settings: what each page of them holds, and how what was typed there is kept."""
