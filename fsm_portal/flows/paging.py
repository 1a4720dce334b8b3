"""Going through long lists a page at a time."""

PAGE = 25


def page_number(value: object) -> int:
    """A page, counted from 1, as a URL names it; whatever is no number counts as the first."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return max(1, int(value[:6]))
    return 1


def place(page: int, shown: int, count: int, of_what: str) -> str:
    """Which rows are on show: ``51–100 of 5,120``."""
    if count == 0:
        return f"No {of_what}"
    first = (page - 1) * PAGE + 1
    return f"{first:,}–{first + shown - 1:,} of {count:,}"
