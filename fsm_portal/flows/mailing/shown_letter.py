"""A letter as a page of the staff's shows it: what a mailbox would, without anything that acts."""

from base64 import b64encode
from dataclasses import dataclass

from fsm_portal.gateways.mail_message import Letter

# What stands in place of a token: a preview signs nobody in.
LEFT_OUT = "…"
# Its frame may open no windows, so a link that wants one leads nowhere, and the letter stays.
_LEADS_NOWHERE = '<head><base target="_blank">'


@dataclass(frozen=True)
class ShownLetter:
    """The whole letter as its reader gets it: the page, and the part in plain text."""

    subject: str = ""
    html: str = ""
    text: str = ""


NO_LETTER = ShownLetter()


def shown(letter: Letter) -> ShownLetter:
    """``letter`` with its pictures in the page itself."""
    page = letter.html.replace("<head>", _LEADS_NOWHERE, 1)
    for picture in letter.pictures:
        data = b64encode(picture.data).decode("ascii")
        page = page.replace(f'src="cid:{picture.name}"', f'src="data:image/png;base64,{data}"')
    return ShownLetter(letter.subject, page, letter.text)
