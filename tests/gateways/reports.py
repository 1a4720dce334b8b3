"""Reports of letters that came back, as mail servers and providers write them."""

from email.message import EmailMessage

HASH = "0" * 39 + "7"
MESSAGE_ID = f"<{HASH}@portal.example>"


def dsn(
    *,
    message_id: str = MESSAGE_ID,
    address: str = "dana@harborview.example",
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 no such user here",
    headers_only: bool = False,
) -> bytes:
    """RFC 3464, as Postfix writes it."""
    inner = f"From: billing@portal.example\r\nMessage-ID: {message_id}\r\nSubject: x\r\n"
    part = "text/rfc822-headers" if headers_only else "message/rfc822"
    body = inner if headers_only else f"{inner}\r\nHello"
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: billing@portal.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {said}\r\n\r\n"
        f"--b\r\nContent-Type: {part}\r\n\r\n{body}\r\n--b--\r\n"
    ).encode()


def complaint(*, message_id: str = MESSAGE_ID, kind: str = "abuse") -> bytes:
    """RFC 5965, as a provider's feedback loop sends it."""
    return (
        "From: feedback@provider.example\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: {kind}\r\nUser-Agent: Provider/1.0\r\nVersion: 1\r\n"
        "Original-Rcpt-To: <dana@harborview.example>\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: {message_id}\r\n\r\nHi\r\n--b--\r\n"
    ).encode()


def holiday_note() -> bytes:
    """What is no report at all."""
    note = EmailMessage()
    note["Subject"], note["In-Reply-To"] = "Out of office", MESSAGE_ID
    note.set_content("I am away.")
    return note.as_bytes()
