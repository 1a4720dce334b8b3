"""The demo's mail catcher: what is sent by SMTP can be read on its page, and harms nobody."""

import json
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from tests.mail_process import ROOT, MailCatcher, start_mail_catcher

LINK = "https://portal.example/sign-in/4fJ0cZlq8vN1bS6t"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailCatcher]:
    catcher = start_mail_catcher(tmp_path_factory.mktemp("catcher"))
    yield catcher
    catcher.stop()


@pytest.fixture
def catcher(running: MailCatcher) -> MailCatcher:
    ask(running, "/api/messages", method="DELETE")
    return running


def invoice(to: str = "Dana Reyes <dana@harborview.example>", number: str = "42") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Bright Heating Co. <billing@portal.example>"
    message["To"] = to
    message["Subject"] = f"Invoice INV-{number} for Cedar & Pine Café"
    message.set_content(f"Pay here:\n{LINK}\n")
    message.add_alternative(
        f"<html><head></head><body><a href='{LINK}'>Pay</a><script>1</script></body></html>",
        subtype="html",
    )
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="INV.pdf")
    return message


def post(catcher: MailCatcher, *messages: EmailMessage | bytes) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, "localhost", timeout=30) as connection:
        for message in messages:
            if isinstance(message, bytes):
                connection.sendmail("somebody@a.example", ["dana@harborview.example"], message)
            else:
                connection.send_message(message)


def ask(
    catcher: MailCatcher, path: str, host: str | None = None, method: str = "GET"
) -> HTTPResponse:
    address = catcher.http_url.removeprefix("http://")
    connection = HTTPConnection(address, timeout=30)
    connection.request(method, path, headers={"Host": host or address})
    return connection.getresponse()


def test_what_was_sent_can_be_read(catcher: MailCatcher) -> None:
    post(catcher, invoice())
    [message] = catcher.messages()
    assert message["to"] == "dana@harborview.example"
    assert message["to_name"] == "Dana Reyes"
    assert (message["from"], message["from_name"]) == (
        "billing@portal.example",
        "Bright Heating Co.",
    )
    assert message["subject"] == "Invoice INV-42 for Cedar & Pine Café"
    assert LINK in message["text"] and "<a href" in message["html"]
    assert message["links"] == [LINK]
    assert message["attachments"] == [
        {"filename": "INV.pdf", "content_type": "application/pdf", "size": 8, "is_pdf": True}
    ]
    assert catcher.attachment(message) == b"%PDF-1.7"


def test_newest_first_and_by_reader(catcher: MailCatcher) -> None:
    post(catcher, invoice(number="1"), invoice(to="maya@bright.example"), invoice(number="2"))
    ids = [message["id"] for message in catcher.messages()]
    assert ids == sorted(ids, reverse=True)
    dana = catcher.messages(to="DANA@harborview.example")
    assert [message["subject"][:9] for message in dana] == ["Invoice I"] * 2
    assert catcher.wait_for(to="maya@bright.example", subject_contains="inv-42")


def test_waiting_for_mail_that_never_comes_says_what_there_is(catcher: MailCatcher) -> None:
    post(catcher, invoice())
    with pytest.raises(AssertionError, match="Invoice INV-42"):
        catcher.wait_for(subject_contains="receipt", timeout=0.1)


def test_an_open_page_hears_of_new_mail_at_once(catcher: MailCatcher) -> None:
    post(catcher, invoice(number="1"))
    stream = ask(catcher, "/api/stream")
    assert stream.getheader("Content-Type", "").startswith("text/event-stream")
    assert next_event(stream)["subject"].startswith("Invoice INV-1 ")
    ready = next_event(stream)  # that was all so far
    assert ready == {"count": 1, "smtp": f"127.0.0.1:{catcher.smtp_port}"}
    post(catcher, invoice(number="2"))
    assert next_event(stream)["subject"].startswith("Invoice INV-2 ")
    stream.close()


def next_event(stream: HTTPResponse) -> dict[str, Any]:
    while True:
        line = stream.readline().decode()
        assert line, "the stream has ended"
        if line.startswith("data: "):
            data: dict[str, Any] = json.loads(line.removeprefix("data: "))
            return data


def test_a_mail_s_html_is_locked_up_and_its_links_open_elsewhere(catcher: MailCatcher) -> None:
    """Case 43: a script in a mail stays inert, and nothing is fetched for it."""
    post(catcher, invoice())
    response = ask(catcher, f"/api/messages/{catcher.messages()[0]['id']}/html")
    policy = response.getheader("Content-Security-Policy", "")
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "allow-scripts" not in policy and "allow-same-origin" not in policy
    assert '<head><base target="_blank">' in response.read().decode()


def test_an_attachment_is_never_shown_as_a_page(catcher: MailCatcher) -> None:
    message = invoice()
    message.add_attachment("<script>1</script>", subtype="html", filename='a"b\u202e.html')
    post(catcher, message)
    number = catcher.messages()[0]["id"]
    response = ask(catcher, f"/api/messages/{number}/attachments/1")
    assert response.getheader("Content-Disposition", "").startswith("attachment;")
    assert response.getheader("X-Content-Type-Options") == "nosniff"


def test_a_pdf_can_be_looked_at_and_nothing_else_can(catcher: MailCatcher) -> None:
    """Case 43: what calls itself a PDF and is a page stays a download."""
    message = invoice()
    page = b"<html><script>1</script>"
    message.add_attachment(page, maintype="application", subtype="pdf", filename="page.pdf")
    message.add_attachment(b"%PDF-1.7", maintype="text", subtype="html", filename="b.pdf")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="svg+xml", filename="c.svg")
    post(catcher, message)
    caught = catcher.messages()[0]
    assert [file["is_pdf"] for file in caught["attachments"]] == [True, False, False, False]
    where = f"/api/messages/{caught['id']}/attachments"
    response = ask(catcher, f"{where}/0/look")
    assert response.read() == b"%PDF-1.7"
    assert response.getheader("Content-Type") == "application/pdf"
    assert response.getheader("X-Content-Type-Options") == "nosniff"
    # An origin of its own without scripts, were it ever shown as something else.
    policy = [part.strip() for part in response.getheader("Content-Security-Policy", "").split(";")]
    assert "sandbox" in policy and "default-src 'none'" in policy
    for index in (1, 2, 3, 4):
        assert ask(catcher, f"{where}/{index}/look").status == 404


def test_one_letter_is_thrown_away_and_open_pages_hear_of_it(catcher: MailCatcher) -> None:
    post(catcher, invoice(number="1"), invoice(number="2"))
    second, first = (message["id"] for message in catcher.messages())
    stream = ask(catcher, "/api/stream")
    assert [next_event(stream).get("id") for _ in range(3)] == [first, second, None]
    assert ask(catcher, f"/api/messages/{first}", method="DELETE").status == 204
    assert next_event(stream) == first
    stream.close()
    assert [message["id"] for message in catcher.messages()] == [second]
    assert ask(catcher, f"/api/messages/{first}", method="DELETE").status == 404


def test_the_search_is_asked_over_http(catcher: MailCatcher) -> None:
    post(catcher, invoice(number="1"), invoice(number="2"))
    found = json.loads(ask(catcher, "/api/search?q=inv-2+caf%C3%A9").read())
    assert found == {"ids": [catcher.messages()[0]["id"]]}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"Subject: =?nope?q?x?=\r\nTo: <<<>>>,,\r\nContent-Type: multipart/mixed\r\n\r\nx",
        b"From: \xff\xfe\r\nSubject: caf\xc3\xa9\r\n\r\n\xff",
        b"Content-Type: text/html; charset=klingon\r\n\r\n<b>\xff",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Disposition: attach",
    ],
)
def test_broken_mail_is_shown_as_well_as_it_can_be(catcher: MailCatcher, raw: bytes) -> None:
    post(catcher, raw)
    [message] = catcher.messages()
    assert message["to"] == "dana@harborview.example"
    assert ask(catcher, f"/api/messages/{message['id']}/html").status == 200
    assert ask(catcher, f"/api/messages/{message['id']}/raw").status == 200


def test_a_mail_in_a_mail_can_be_downloaded(catcher: MailCatcher) -> None:
    outer = invoice()
    outer.add_attachment(invoice(number="7"))
    post(catcher, outer)
    assert b"INV-7" in catcher.attachment(catcher.messages()[0], 1)


def test_what_is_not_there_is_not_found(catcher: MailCatcher) -> None:
    for path in ("/api/messages/99999", "/api/messages/99999/html", "/api/messages/99999/raw"):
        assert ask(catcher, path).status == 404
    post(catcher, invoice())
    number = catcher.messages()[0]["id"]
    assert ask(catcher, f"/api/messages/{number}/attachments/7").status == 404
    assert ask(catcher, "/static/..%2Fmail_box.py").status == 404
    assert ask(catcher, f"/api/messages/{'9' * 40}").status == 404
    assert ask(catcher, "/api/messages?after=x").status == 400
    assert ask(catcher, f"/api/messages/{number}/html?scheme=blue").status == 400
    assert ask(catcher, f"/api/messages/{'9' * 40}", method="DELETE").status == 404


def test_another_site_s_name_for_this_address_gets_nothing(catcher: MailCatcher) -> None:
    """DNS rebinding: the mail holds sign-in links."""
    assert ask(catcher, "/api/messages", host="evil.example").status == 400
    assert ask(catcher, "/api/messages", host="localhost:8002").status == 200


def test_the_page_is_served_under_a_strict_policy(catcher: MailCatcher) -> None:
    response = ask(catcher, "/")
    policy = response.getheader("Content-Security-Policy", "")
    assert "script-src 'self'" in policy and "unsafe" not in policy
    page = response.read().decode()
    assert "<style" not in page and " style=" not in page and "onclick" not in page
    assert ask(catcher, "/static/page.js").getheader("Content-Type", "").startswith("text/java")


def test_mail_outlives_the_process(tmp_path: Path) -> None:
    first = start_mail_catcher(tmp_path)
    post(first, invoice())
    first.stop()
    assert first.process.returncode == 0
    second = start_mail_catcher(tmp_path)
    try:
        assert second.messages()[0]["subject"].startswith("Invoice INV-42")
    finally:
        second.stop()


def test_it_stops_at_once_with_a_page_open(tmp_path: Path) -> None:
    catcher = start_mail_catcher(tmp_path)
    stream = ask(catcher, "/api/stream")
    assert next_event(stream)["count"] == 0
    catcher.process.terminate()
    assert catcher.process.wait(3) == 0
    catcher.stop()


def complaint(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "fsm_portal.demo.mail_catcher", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = complaint("--smtp-port", str(port), "--http-port=0", f"--data={tmp_path}")
    assert status == 1
    assert said.count("\n") == 1 and f"port {port}" in said


def test_it_does_not_listen_to_the_network(tmp_path: Path) -> None:
    status, said = complaint("--host", "0.0.0.0", f"--data={tmp_path}")
    assert status == 2 and "loopback" in said
