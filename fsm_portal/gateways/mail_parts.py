"""The parts of a letter (RFC 2045, 2046): texts, files, and what holds them together.

A part is its fields, an empty line and its content, in ASCII and in short lines, so that any
server carries it. Written by hand: the library's generator goes over a document line by line.
"""

import re
import secrets
from binascii import b2a_base64, b2a_qp
from functools import lru_cache

from fsm_portal.gateways.mail_headers import one_line, parameter

Part = bytes
_EOL = b"\r\n"
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.IGNORECASE)
# RFC 2045, 6.8.
_BASE64_LINE = 76


def text_part(subtype: str, text: str) -> Part:
    """``text/plain`` or ``text/html``. Raises ValueError for halves of characters.

    Quoted-printable is plain ASCII: it needs no 8BITMIME and keeps long links whole.
    """
    lines = _LINE_BREAK.sub("\r\n", text)
    if not lines.endswith("\r\n"):
        lines += "\r\n"
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii") + b2a_qp(lines.encode())


def file_part(content_type: str, data: bytes, filename: str, shown_as: str = "") -> Part:
    """An attachment; or, where the letter's page shows it as ``cid:`` and a name, a part of it."""
    if shown_as:
        return _shown(content_type, data, filename, shown_as)
    return _file(content_type, "attachment", filename, "", data)


# A company's logo is in each of its letters.
@lru_cache(maxsize=16)
def _shown(content_type: str, data: bytes, filename: str, name: str) -> Part:
    return _file(content_type, "inline", filename, f"Content-ID: <{one_line(name)}>\r\n", data)


def _file(content_type: str, disposition: str, filename: str, more: str, data: bytes) -> Part:
    kind = content_type if _TYPE.fullmatch(content_type) else "application/octet-stream"
    head = (
        f"Content-Type: {kind}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: {disposition};\r\n {parameter('filename', _bare(filename))}\r\n"
        f"{more}\r\n"
    )
    return head.encode("ascii") + _base64(data)


def _base64(data: bytes) -> bytes:
    encoded = b2a_base64(data, newline=False)
    lines = [encoded[at : at + _BASE64_LINE] for at in range(0, len(encoded), _BASE64_LINE)]
    return _EOL.join(lines) + _EOL


def joined(subtype: str, parts: list[Part]) -> Part:
    """``multipart/…`` of these parts. Nobody can know its boundary beforehand, and so none of them
    can hold it."""
    boundary = f"=_{secrets.token_hex(16)}"
    rule = f"--{boundary}".encode("ascii")
    pieces = [f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode("ascii")]
    for part in parts:
        pieces += [rule, _EOL, part, _EOL]
    return b"".join([*pieces, rule, b"--", _EOL])


def _bare(name: str) -> str:
    return re.sub(r"[/\\:]+", "-", one_line(name)).lstrip(".") or "attachment"
