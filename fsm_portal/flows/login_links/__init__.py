"""Login links: made, looked at, used once, asked for again.

A link is a 256-bit random token; only its hash is stored. Looking changes nothing, so a mail
scanner that opens it ten times spends nothing.
"""

from fsm_portal.flows.login_links.ask import find_people, request_links, send_fresh_link
from fsm_portal.flows.login_links.look import LinkState, LinkView, look_at_link
from fsm_portal.flows.login_links.make import make_link, operator_links
from fsm_portal.flows.login_links.use import SignedIn, end_session, use_link

__all__ = [
    "LinkState",
    "LinkView",
    "SignedIn",
    "end_session",
    "find_people",
    "look_at_link",
    "make_link",
    "operator_links",
    "request_links",
    "send_fresh_link",
    "use_link",
]
