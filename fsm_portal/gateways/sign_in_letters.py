"""The letters that lead into the portal: a link that was asked for, an invitation, and the word of
a company that has no portal to lead to."""

from dataclasses import dataclass
from datetime import datetime

from fsm_portal.gateways.letter_page import Company, Reader, written
from fsm_portal.gateways.mail_message import Letter


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """A sign-in link that a person has asked for, good for ``minutes_valid``.

    ``code`` may be typed instead in the browser that asked; ``browser`` names it. Of a link that
    the company sends by itself there is neither. With ``companies`` (their names) the reader
    chooses one after opening the link, and none of them writes.
    """

    key: str
    link: str
    minutes_valid: int
    code: str = ""
    browser: str = ""
    companies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignUpAsked:
    """A company signed up with this address. ``known``: its reader has an account already. The
    rest is as in ``LinkAsked``."""

    key: str
    link: str
    minutes_valid: int
    code: str
    browser: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class Welcome:
    """An invitation to the portal. ``access_url`` is where the reader gets in at any later time;
    ``words`` are the company's own, in paragraphs, or empty for ours."""

    key: str
    link: str
    link_valid_until: datetime
    access_url: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class TeamInvitation:
    """An invitation to work at the company, as ``role``, which may do what ``words`` say."""

    key: str
    link: str
    link_valid_until: datetime
    role: str
    words: str


@dataclass(frozen=True, slots=True)
class NoPortal:
    """Whom to ask instead of a portal. ``phone`` may be empty."""

    key: str
    email: str
    phone: str


# What a company that has written nothing of its own may begin with.
OWN_INVITATION = (
    "{company} has a customer portal now. There you see your invoices and pay them online, find "
    "receipts and statements, and look up past and coming visits."
)

# Who writes to the owner of a company that has just signed up. Nobody reads answers.
THE_PRODUCT = Company("FSM Portal", "", "en_US", "UTC")

# Who writes to somebody who has yet to choose among companies. Nobody reads answers.
NO_COMPANY = Company("Customer portal", "", "en_US", "UTC")


def sign_in_letter(company: Company, reader: Reader, asked: LinkAsked) -> Letter:
    """The link that signs ``reader`` in at ``company``, for customers and staff alike."""
    return written("sign_in", company, reader, key=asked.key, values={"asked": asked})


def sign_up_letter(reader: Reader, asked: SignUpAsked) -> Letter:
    """The link by which whoever signed a company up confirms the address, or signs in instead."""
    return written("sign_up", THE_PRODUCT, reader, key=asked.key, values={"asked": asked})


def welcome_letter(company: Company, reader: Reader, welcome: Welcome) -> Letter:
    """The invitation of a customer to the company's portal."""
    return written("welcome", company, reader, key=welcome.key, values={"welcome": welcome})


def team_letter(company: Company, reader: Reader, invitation: TeamInvitation) -> Letter:
    """The invitation of somebody who is to work at the company."""
    return written("team", company, reader, key=invitation.key, values={"invitation": invitation})


def no_portal_letter(company: Company, reader: Reader, ask: NoPortal) -> Letter:
    """The answer to a customer who asked to sign in where there is no portal."""
    return written("no_portal", company, reader, key=ask.key, values={"ask": ask})
