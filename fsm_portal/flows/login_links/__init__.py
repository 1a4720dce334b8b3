"""Login links: made, looked at, used once, asked for again.

A link is a 256-bit random token; only its hash is stored. Looking changes nothing, so a mail
scanner that opens it ten times spends nothing. docs/decisions/0013-getting-in.md has the reasons.
"""

from fsm_portal.flows.login_links.accounts import Account, accounts_of, find_people
from fsm_portal.flows.login_links.ask import Asking, Choice, request_link, send_fresh_link
from fsm_portal.flows.login_links.code import use_code
from fsm_portal.flows.login_links.look import LinkState, LinkView, look_at_link
from fsm_portal.flows.login_links.make import make_link, operator_links
from fsm_portal.flows.login_links.switch import accounts_beside, switch_account
from fsm_portal.flows.login_links.use import SignedIn, end_session, use_link

__all__ = [
    "Account",
    "Asking",
    "Choice",
    "LinkState",
    "LinkView",
    "SignedIn",
    "accounts_beside",
    "accounts_of",
    "end_session",
    "find_people",
    "look_at_link",
    "make_link",
    "operator_links",
    "request_link",
    "send_fresh_link",
    "switch_account",
    "use_code",
    "use_link",
]
