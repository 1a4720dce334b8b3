"""Metadata: the caller's own notes on an object."""


def merged(before: dict[str, str], sent: dict[str, str]) -> dict[str, str]:
    """``before`` with what was sent; an empty value takes its key away."""
    both = {**before, **sent}
    return {key: value for key, value in both.items() if value != ""}
