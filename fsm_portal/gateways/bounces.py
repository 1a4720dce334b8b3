"""What mail servers and providers say of letters that did not arrive, or were not wanted.

By mail: delivery status notifications (RFC 3464) and feedback reports (RFC 5965). By webhook: JSON
of our own, Postmark's and Amazon SES's (plain or wrapped by SNS). Whatever names no letter of ours
says nothing here; whether there is such a letter is asked elsewhere.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any

from fsm_portal.gateways.mail_headers import one_line

_HASH = re.compile(r"<?\s*([0-9a-f]{40})(?:@[^>\s]+)?\s*>?")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
# Codes of RFC 3463 that speak of the letter, a full mailbox or a policy, and not of the address.
_NOT_THE_ADDRESS = ("5.2.2", "5.2.3", "5.3.", "5.6.", "5.7.")
_LONGEST = 300
# https://postmarkapp.com/developer/api/bounce-api#bounce-types
_POSTMARK_HARD = frozenset({"HardBounce", "BadEmailAddress", "ManuallyDeactivated"})
_POSTMARK_LATER = frozenset({"Transient", "AutoResponder", "AddressChange", "Subscribe", "Unknown"})


@dataclass(frozen=True, slots=True)
class Report:
    """One letter to one address. ``message_hash`` is from its Message-ID; ``address`` may be empty.

    ``gone``: the address will take no letter any more, not only this one. ``complaint``: the letter
    arrived, and its reader calls it unwanted. ``said`` are the other side's words, one line.

    ``id`` is what its sender calls the report itself, so that one told twice is known again; empty
    where it has no name.
    """

    message_hash: str
    address: str
    gone: bool
    complaint: bool = False
    said: str = ""
    id: str = field(default="", compare=False)


def reports_in_mail(raw: bytes) -> list[Report]:
    """What one mail reports; nothing where it is no report, or speaks of a delay only."""
    message = message_from_bytes(raw, policy=compat32)
    if message.get_content_type() != "multipart/report":
        return []
    parts = list(message.walk())
    letter = _letter_of(message, parts)
    if not letter:
        return []
    kind = str(message.get_param("report-type") or "").lower()
    found = _complaints(letter, parts) if kind == "feedback-report" else _failures(letter, parts)
    name = _text(message.get("Message-ID"))
    return [replace(each, id=name) for each in found]


def _letter_of(report: Message, parts: list[Message]) -> str:
    """The hash in the Message-ID of the letter that comes with the report, or is answered by it."""
    for part in parts:
        if part.get_content_type() in ("message/rfc822", "message/global"):
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return _hash(inner[0].get("Message-ID"))
        if part.get_content_type() in ("text/rfc822-headers", "message/global-headers"):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return _hash(message_from_bytes(payload, policy=compat32).get("Message-ID"))
    return _hash(report.get("In-Reply-To"))


def _failures(letter: str, parts: list[Message]) -> Iterator[Report]:
    for block in _blocks(parts, "message/delivery-status", "message/global-delivery-status"):
        if str(block.get("Action", "")).strip().lower() != "failed":
            continue
        status = _STATUS.search(str(block.get("Status", "")))
        said = str(block.get("Diagnostic-Code", "")).partition(";")[2]
        if not said.strip():
            said = status[1] if status else ""
        recipient = block.get("Original-Recipient") or block.get("Final-Recipient") or ""
        yield Report(
            letter, _typed(recipient), _is_gone(status[1] if status else ""), said=_said(said)
        )


def _complaints(letter: str, parts: list[Message]) -> Iterator[Report]:
    for block in _blocks(parts, "message/feedback-report"):
        if str(block.get("Feedback-Type", "")).strip().lower() == "abuse":
            recipient = str(block.get("Original-Rcpt-To") or "").strip().strip("<>")
            yield Report(letter, recipient, gone=True, complaint=True)


def _blocks(parts: list[Message], *kinds: str) -> Iterator[Message]:
    """The groups of fields in a report's machine-readable part."""
    for part in parts:
        if part.get_content_type() not in kinds:
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            yield from (each for each in payload if isinstance(each, Message))
        elif isinstance(payload, str):
            yield message_from_bytes(payload.encode("utf-8", "replace"), policy=compat32)


def _typed(recipient: str) -> str:
    """``rfc822; dana@harborview.example``, less its type."""
    _, semicolon, address = str(recipient).partition(";")
    return one_line(address if semicolon else str(recipient)).strip("<>")[:254]


def _is_gone(status: str) -> bool:
    return status.startswith("5.") and not status.startswith(_NOT_THE_ADDRESS)


def reports_in_json(raw: bytes) -> list[Report]:
    """What a provider's call reports. Raises ValueError for what is no JSON object or list."""
    try:
        data = json.loads(raw)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if isinstance(data, list):
        return [report for each in data[:1000] for report in _of_object(each)]
    if not isinstance(data, dict):
        raise ValueError("neither an object nor a list")
    return _of_object(data)


def _of_object(data: object) -> list[Report]:
    if not isinstance(data, dict):
        return []
    if data.get("Type") == "Notification" and isinstance(data.get("Message"), str):
        # Amazon SNS wraps SES's word as a text.
        return reports_in_json(data["Message"].encode())[:1000]
    if "RecordType" in data:
        return list(_postmark(data))
    if isinstance(data.get("mail"), dict):
        return list(_ses(data))
    return list(_own(data))


def _own(data: Mapping[str, Any]) -> Iterator[Report]:
    letter, kind = _hash(data.get("message_id")), data.get("kind")
    if letter and kind in ("bounce", "complaint"):
        complaint = kind == "complaint"
        gone = complaint or data.get("permanent") is True
        address, said = _text(data.get("address")), _said(data.get("said"))
        yield Report(letter, address, gone, complaint, said, _name(data.get("id")))


def _postmark(data: Mapping[str, Any]) -> Iterator[Report]:
    """https://postmarkapp.com/developer/webhooks/bounce-webhook and .../spam-complaint-webhook"""
    metadata = data.get("Metadata")
    letter = _hash(metadata.get("letter")) if isinstance(metadata, dict) else ""
    kind, address = data.get("RecordType"), _text(data.get("Email"))
    name = _name(data.get("ID"))
    if not letter:
        return
    if kind == "SpamComplaint":
        yield Report(letter, address, gone=True, complaint=True, id=name)
    elif kind == "Bounce" and (why := _text(data.get("Type"))) not in _POSTMARK_LATER:
        said = _said(data.get("Details") or data.get("Description"))
        yield Report(letter, address, why in _POSTMARK_HARD, said=said, id=name)


def _ses(data: Mapping[str, Any]) -> Iterator[Report]:
    """https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html"""
    mail = data["mail"]
    common = mail.get("commonHeaders")
    letter = _hash(common.get("messageId")) if isinstance(common, dict) else ""
    headers = mail.get("headers")
    for header in headers if isinstance(headers, list) and not letter else ():
        if isinstance(header, dict) and str(header.get("name", "")).lower() == "message-id":
            letter = _hash(header.get("value"))
    bounce, complaint = data.get("bounce"), data.get("complaint")
    if letter and isinstance(bounce, dict):
        gone = bounce.get("bounceType") == "Permanent"
        for one in _objects(bounce.get("bouncedRecipients")):
            said = _said(one.get("diagnosticCode"))
            address, name = _text(one.get("emailAddress")), _name(bounce.get("feedbackId"))
            yield Report(letter, address, gone, said=said, id=name)
    if letter and isinstance(complaint, dict):
        for one in _objects(complaint.get("complainedRecipients")):
            address, name = _text(one.get("emailAddress")), _name(complaint.get("feedbackId"))
            yield Report(letter, address, gone=True, complaint=True, id=name)


def _objects(value: object) -> list[dict[str, Any]]:
    return (
        [each for each in value[:100] if isinstance(each, dict)] if isinstance(value, list) else []
    )


def _hash(value: object) -> str:
    found = _HASH.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found else ""


def _name(value: object) -> str:
    """Of a report: a text, or Postmark's number."""
    return str(value) if type(value) is int else _text(value)


def _text(value: object) -> str:
    return one_line(value[:_LONGEST])[:254] if isinstance(value, str) else ""


def _said(value: object) -> str:
    return one_line(value[: 4 * _LONGEST])[:_LONGEST] if isinstance(value, str) else ""
