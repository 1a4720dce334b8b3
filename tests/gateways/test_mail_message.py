"""What a letter looks like on the wire, whatever people put into its fields."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.domain import clock
from fsm_portal.gateways.mail_headers import one_line
from fsm_portal.gateways.mail_message import (
    Attachment,
    Letter,
    MailRefused,
    MailUnavailable,
    Picture,
    compose,
)
from tests.pictures import picture

FROM = "billing@portal.example"
LETTER = Letter(
    to_address="dana@harborview.example",
    to_name="Dana Reyes",
    from_name="Bright Heating Co.",
    reply_to="office@brightheating.example",
    subject="Invoice INV-0042",
    text="Amount due: 1.697,65 €\n",
    html="<p>Amount due: 1.697,65 €</p>\n",
    key="invoice/0190/1",
)
INVOICE = Attachment("INV-0042.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff")


def delivered(letter: Letter) -> EmailMessage:
    """The letter as a mail program reads it."""
    return message_from_bytes(compose(letter, FROM).content, policy=default)


def body(message: EmailMessage, kind: str) -> str:
    """The ``plain`` or ``html`` part, with the line breaks of Python."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_text_and_html_are_two_ways_to_read_one_letter() -> None:
    message = delivered(LETTER)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert body(message, "plain") == LETTER.text
    assert body(message, "html") == LETTER.html


def test_an_attachment_goes_beside_them_byte_for_byte() -> None:
    message = delivered(replace(LETTER, attachments=(INVOICE,)))
    assert message.get_content_type() == "multipart/mixed"
    assert body(message, "html") == LETTER.html
    [file] = message.iter_attachments()
    assert file.get_filename() == "INV-0042.pdf"
    assert file.get_content_type() == "application/pdf"
    assert file.get_content() == INVOICE.data


def test_every_byte_on_the_wire_is_plain_ascii_in_short_lines() -> None:
    """Any server carries it: no 8BITMIME, no SMTPUTF8, no line over RFC 5322's 998."""
    link = "https://portal.example/sign-in/" + "x" * 2000
    wire = compose(replace(LETTER, to_name="Zoë Müller", html=f'<a href="{link}">'), FROM).content
    assert wire.isascii()
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    assert link in body(message_from_bytes(wire, policy=default), "html")


def test_robots_are_told_not_to_answer() -> None:
    assert delivered(LETTER)["Auto-Submitted"] == "auto-generated"


def test_letters_about_one_invoice_stand_together() -> None:
    root = delivered(replace(LETTER, key="invoice/0190"))["Message-ID"]
    receipt = delivered(replace(LETTER, key="receipt/7", thread="invoice/0190"))
    assert receipt["In-Reply-To"] == receipt["References"] == root
    assert delivered(LETTER)["References"] is None


def test_the_date_is_the_clock_s() -> None:
    with clock.set_to(datetime(2026, 10, 2, 18, 40, tzinfo=UTC)):
        assert delivered(LETTER)["Date"].datetime == datetime(2026, 10, 2, 18, 40, tzinfo=UTC)


@pytest.mark.parametrize("field", ["to_name", "subject"])
@pytest.mark.parametrize(
    "name",
    [
        "Dana Reyes",
        "Cedar & Pine Café",
        'Reyes, Dana "Dee" <d@evil.example>',
        "Größe, " * 12,
        "山田 太郎, " * 10,
        "A very long name of a company, with its departments, " * 4,
        "=?utf-8?q?Boss?=",
    ],
)
def test_a_name_stays_a_name(field: str, name: str) -> None:
    message = delivered(replace(LETTER, **{field: name}))
    [receiver] = message["To"].addresses
    assert receiver.addr_spec == LETTER.to_address
    raw = dict(message.raw_items())["To" if field == "to_name" else "Subject"]
    # By RFC 2047 as the older parser knows it: the newer one splits long names (Python 3.11).
    shown = str(
        make_header(decode_header(raw.partition("\r\n <dana@")[0].strip('"').replace("\r\n", "")))
    )
    assert shown.replace("\\", "") == one_line(name)


def test_a_long_subject_in_plain_letters_is_written_in_plain_letters() -> None:
    """Filters think little of letters that hide what anybody could read."""
    said = "Invoice INV-0042 from Bright Heating Co. & Daughters: $1,697.65 due Oct 22, 2026"
    wire = compose(replace(LETTER, subject=said), FROM).content
    assert b"Subject: Invoice INV-0042 from Bright Heating Co. & Daughters:\r\n $1,697" in wire
    assert message_from_bytes(wire, policy=default)["Subject"] == said


def test_a_reader_without_a_name_is_an_address() -> None:
    assert delivered(replace(LETTER, to_name=" "))["To"] == "dana@harborview.example"


@pytest.mark.parametrize("field", ["to_name", "from_name", "subject"])
@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\x85", "\u2028", "\x0b", "\x0c"])
def test_a_line_break_in_a_name_begins_no_header(field: str, line_break: str) -> None:
    """Case 43: what people type stays inert."""
    hostile = f"Dana{line_break}Bcc: thief@evil.example{line_break}{line_break}<h1>Pay me</h1>"
    message = delivered(replace(LETTER, **{field: hostile}))
    assert message["Bcc"] is None
    assert body(message, "plain") == LETTER.text
    assert len(message["To"].addresses) == 1


@pytest.mark.parametrize("field", ["to_name", "from_name", "subject"])
@pytest.mark.parametrize(
    "hostile",
    [
        "=?utf-8?q?Dana=0D=0ABcc=3A_thief=40evil.example?=",
        "=?utf-8?b?RGFuYQ0KQmNjOiB0aGllZkBldmlsLmV4YW1wbGU=?=",
        "=?utf-8?q?Dana?= =?utf-8?q?=0ABcc=3A_thief=40evil.example?=",
    ],
)
def test_nor_does_one_that_comes_encoded(field: str, hostile: str) -> None:
    wire = compose(replace(LETTER, **{field: hostile}), FROM).content
    assert b"\nbcc:" not in wire.lower()
    assert "Bcc" not in dict(message_from_bytes(wire, policy=default).raw_items())


def test_a_line_break_in_a_file_name_begins_no_header() -> None:
    hostile = replace(INVOICE, filename='../../etc/"x\r\nBcc: thief@evil.example.pdf')
    message = delivered(replace(LETTER, attachments=(hostile,)))
    [file] = message.iter_attachments()
    name = file.get_filename()
    assert message["Bcc"] is None
    assert name is not None and "/" not in name and not name.startswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "dana",
        "dana@",
        "@harborview.example",
        "dana@harborview.example\r\nRCPT TO:<thief@evil.example>",
        "dana@harborview.example, thief@evil.example",
        "<dana@harborview.example>",
        "dana reyes@harborview.example",
        "dana@@harborview.example",
        "dana@harbor..example",
        "dana\x00@harborview.example",
        "danä@harborview.example",
        "d" * 250 + "@harborview.example",
    ],
)
@pytest.mark.parametrize("field", ["to_address", "reply_to"])
def test_a_bad_address_is_refused_before_anything_is_sent(address: str, field: str) -> None:
    if field == "reply_to" and not address:
        return  # No reply address is fine.
    with pytest.raises(MailRefused):
        compose(replace(LETTER, **{field: address}), FROM)


def test_a_domain_in_its_own_letters_is_written_as_the_dns_has_it() -> None:
    message = delivered(replace(LETTER, to_address="dana@bücher.example"))
    assert message["To"].addresses[0].addr_spec == "dana@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("domain", "plain"),
    [
        ("straße.example", "xn--strae-oqa.example"),
        ("STRAẞE.example", "xn--strae-oqa.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("müller。example", "xn--mller-kva.example"),
        ("harborview.example", "harborview.example"),
    ],
)
def test_a_domain_is_nobody_else_s(domain: str, plain: str) -> None:
    """strasse.example is a stranger's, who would get the link that signs its customer in."""
    message = delivered(replace(LETTER, to_address=f"dana@{domain}"))
    assert message["To"].addresses[0].addr_spec == f"dana@{plain}"


def test_a_wrong_sender_address_is_the_installation_s_fault() -> None:
    with pytest.raises(MailUnavailable, match="FSM_MAIL_FROM"):
        compose(LETTER, "billing")


def test_direction_marks_do_not_turn_an_amount_round() -> None:
    assert one_line("Pay \u202e00.1$\u202c  now\t!") == "Pay 00.1$ now !"


@given(name=st.text(), subject=st.text(), text=st.text())
def test_no_text_breaks_a_letter(name: str, subject: str, text: str) -> None:
    """It is written with exactly our headers, or refused: nothing in between."""
    letter = replace(LETTER, to_name=name, subject=subject, text=text)
    try:
        wire = compose(letter, FROM).content
    except MailRefused:
        return
    message = message_from_bytes(wire, policy=default)
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    assert set(message.keys()) == set(delivered(LETTER).keys())
    assert message["To"].addresses[0].addr_spec == LETTER.to_address


def test_a_picture_travels_inside_the_letter_and_is_no_attachment() -> None:
    """Beside the page that shows it: nothing is fetched from anywhere."""
    page = '<p><img src="cid:logo@portal" alt=""></p>'
    letter = replace(
        LETTER, html=page, attachments=(INVOICE,), pictures=(Picture("logo@portal", picture()),)
    )
    message = delivered(letter)
    assert [part.get_filename() for part in message.iter_attachments()] == ["INV-0042.pdf"]
    html = message.get_body(("html",))
    assert html.get_content().strip() == page
    (shown,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert shown["Content-ID"] == "<logo@portal>"
    assert shown.get_content_disposition() == "inline"
    assert shown.get_payload(decode=True) == picture()
    assert message.get_body(("plain",)).get_content().startswith("Amount due")


def test_what_goes_over_the_wire_is_what_the_library_would_write() -> None:
    logo = Picture("logo@portal", b"\x89PNG" * 40)
    pdf = Attachment("Rechnung – Ä.pdf", "application/pdf", bytes(range(256)) * 40)
    text = "Zoë  \n.\nFrom here\n=41\n\ttab \n" + "x" * 200 + "\n"
    letter = replace(LETTER, text=text, attachments=(pdf,), pictures=(logo,))
    wire = compose(letter, FROM).content
    theirs = EmailMessage(policy=default)
    theirs.set_content(text, cte="quoted-printable")
    theirs.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    page = theirs.get_body(("html",))
    shown = {"maintype": "image", "subtype": "png", "cid": "<logo@portal>"}
    page.add_related(logo.data, **shown, disposition="inline", filename="logo@portal.png")
    theirs.add_attachment(
        pdf.data, maintype="application", subtype="pdf", filename="Rechnung – Ä.pdf"
    )
    sent = message_from_bytes(wire, policy=default)
    assert not any(part.defects for part in sent.walk())
    assert max(map(len, wire.split(b"\r\n"))) <= 998 and b"\n" not in wire.replace(b"\r\n", b"")
    ours, library = list(sent.walk()), list(theirs.walk())
    assert [part.get_content_type() for part in ours] == [p.get_content_type() for p in library]
    for one, other in zip(ours, library, strict=True):
        assert one.get_filename() == other.get_filename()
        assert one.get_content_disposition() == other.get_content_disposition()
        assert one["Content-ID"] == other["Content-ID"]
        if not one.is_multipart():
            assert _read(one) == _read(other)


def _read(part: EmailMessage) -> object:
    content = part.get_content()
    return content.replace("\r\n", "\n") if isinstance(content, str) else content


@pytest.mark.parametrize("name", ["Faktura – Ä.pdf", "é" * 100 + ".pdf", "a" * 200, "請求書.pdf"])
def test_a_file_keeps_its_name_in_any_script_and_length(name: str) -> None:
    message = delivered(replace(LETTER, attachments=(replace(INVOICE, filename=name),)))
    [file] = message.iter_attachments()
    assert file.get_filename() == name
    # By the rules of old, as many programs read it.
    old = message_from_bytes(
        compose(replace(LETTER, attachments=(replace(INVOICE, filename=name),)), FROM).content
    )
    assert old.get_payload()[-1].get_filename() == name


@pytest.mark.parametrize("kind", ["", "pdf", "text/html\r\nBcc: x@evil.example", "a/b; c=d"])
def test_a_type_that_is_none_is_of_no_type(kind: str) -> None:
    message = delivered(replace(LETTER, attachments=(replace(INVOICE, content_type=kind),)))
    [file] = message.iter_attachments()
    assert file.get_content_type() == "application/octet-stream" and message["Bcc"] is None
