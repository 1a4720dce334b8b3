"""What an email address looks like, wherever one is typed, imported or written on a letter."""

import re
from string import ascii_lowercase, ascii_uppercase

# RFC 5321, 4.5.3.1.3, less the angle brackets.
LONGEST = 254
# One plain mailbox: no display name, no quotes, no list of several. A host without a dot is left
# to those who run their own mail (see is_mailbox).
_MAILBOX = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def is_mailbox(text: str) -> bool:
    """Whether ``text`` is one plain mailbox, also one on a host of the own network."""
    return len(text) <= LONGEST and text.isprintable() and _MAILBOX.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether ``text`` is an address that mail on the internet can reach: name@example.com."""
    _, _, domain = text.rpartition("@")
    return is_mailbox(text) and "." in domain and all(domain.split("."))


def folded(address: str) -> str:
    """``address`` as it is compared: without blanks around it, and A to Z as a to z.

    Other letters stay as they are. Whole Unicode folds some of them onto plain ones (the Kelvin
    sign onto k), and then a stranger's mailbox would be taken for one's own.
    """
    return address.strip().translate(_SMALL)


def same_address(one: str, other: str | None) -> bool:
    """Whether two addresses are one mailbox, as far as anybody can tell from outside."""
    return other is not None and folded(one) == folded(other)
