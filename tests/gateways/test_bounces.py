"""Reports of letters that did not arrive are understood, whoever writes them."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.gateways.bounces import Report, reports_in_json, reports_in_mail
from tests.gateways.reports import HASH, MESSAGE_ID, complaint, dsn, holiday_note

DANA = "dana@harborview.example"


@pytest.mark.parametrize("headers_only", [True, False])
def test_a_mail_server_says_that_there_is_no_such_mailbox(headers_only: bool) -> None:
    (report,) = reports_in_mail(dsn(headers_only=headers_only))
    assert report == Report(HASH, DANA, gone=True, said="550 5.1.1 no such user here")


@pytest.mark.parametrize(
    ("status", "gone"),
    [
        ("5.1.1", True),
        ("5.2.1", True),
        ("5.0.0", True),
        ("5.2.2", False),
        ("5.7.1", False),
        ("4.4.7", False),
    ],
)
def test_a_full_mailbox_is_no_wrong_address(status: str, gone: bool) -> None:
    (report,) = reports_in_mail(dsn(status=status))
    assert report.gone is gone


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_has_not_failed_is_no_bounce(action: str) -> None:
    assert reports_in_mail(dsn(action=action, status="4.4.1")) == []


def test_a_reader_s_complaint_is_one() -> None:
    (report,) = reports_in_mail(complaint())
    assert report == Report(HASH, DANA, gone=True, complaint=True)
    assert reports_in_mail(complaint(kind="not-spam")) == []


def test_what_names_no_letter_of_ours_says_nothing() -> None:
    assert reports_in_mail(holiday_note()) == []
    assert reports_in_mail(dsn(message_id="<somebody@else.example>")) == []
    assert reports_in_mail(dsn(message_id="")) == []
    assert reports_in_mail(b"") == [] and reports_in_mail(b"\xff\x00\n\n--b") == []


@given(raw=st.binary(max_size=400))
def test_no_mail_makes_it_stumble(raw: bytes) -> None:
    head = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
    reports_in_mail(raw)
    reports_in_mail(head + b"Content-Type: message/delivery-status\r\n\r\n" + raw)


POSTMARK = {
    "RecordType": "Bounce",
    "Type": "HardBounce",
    "Email": DANA,
    "Details": "smtp;550 5.1.1 no such user",
    "Metadata": {"letter": HASH},
}
SES: dict[str, Any] = {
    "notificationType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bouncedRecipients": [{"emailAddress": DANA, "diagnosticCode": "550 no such user"}],
    },
    "mail": {"messageId": "0100", "commonHeaders": {"messageId": MESSAGE_ID}},
}
OWN = {"message_id": MESSAGE_ID, "address": DANA, "kind": "bounce", "permanent": True, "said": "no"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (OWN, Report(HASH, DANA, gone=True, said="no")),
        (OWN | {"permanent": "yes"}, Report(HASH, DANA, gone=False, said="no")),
        (OWN | {"kind": "complaint"}, Report(HASH, DANA, True, True, "no")),
        (POSTMARK, Report(HASH, DANA, gone=True, said="smtp;550 5.1.1 no such user")),
        (POSTMARK | {"Type": "SoftBounce", "Details": ""}, Report(HASH, DANA, gone=False)),
        (POSTMARK | {"Type": ["HardBounce"], "Details": ""}, Report(HASH, DANA, gone=False)),
        (POSTMARK | {"RecordType": "SpamComplaint"}, Report(HASH, DANA, True, True)),
        (SES, Report(HASH, DANA, gone=True, said="550 no such user")),
        (
            {"Type": "Notification", "Message": json.dumps(SES)},
            Report(HASH, DANA, gone=True, said="550 no such user"),
        ),
        (
            {
                "eventType": "Complaint",
                "complaint": {"complainedRecipients": [{"emailAddress": DANA}]},
                "mail": {"headers": [{"name": "Message-ID", "value": MESSAGE_ID}]},
            },
            Report(HASH, DANA, True, True),
        ),
    ],
)
def test_a_provider_s_call_is_understood(told: dict[str, object], expected: Report) -> None:
    assert reports_in_json(json.dumps(told).encode()) == [expected]
    assert reports_in_json(json.dumps([told, told]).encode()) == [expected] * 2


@pytest.mark.parametrize(
    "told",
    [
        POSTMARK | {"Type": "Transient"},
        POSTMARK | {"Metadata": None},
        POSTMARK | {"RecordType": "Delivery"},
        OWN | {"message_id": 7},
        OWN | {"kind": ["bounce"]},
        SES | {"mail": {"commonHeaders": []}},
        SES | {"bounce": {"bouncedRecipients": {"a": 1}}},
        {"Type": "SubscriptionConfirmation", "SubscribeURL": "http://169.254.169.254/"},
        {},
    ],
)
def test_what_is_no_report_is_nothing(told: dict[str, object]) -> None:
    assert reports_in_json(json.dumps(told).encode()) == []


@pytest.mark.parametrize("raw", [b"", b"{", b"7", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_said_to_be_none(raw: bytes) -> None:
    """Case 22."""
    with pytest.raises(ValueError):
        reports_in_json(raw)


@given(
    told=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "mail",
                        "bounce",
                        "complaint",
                        "RecordType",
                        "Metadata",
                        "letter",
                        "Message",
                        "Type",
                        "headers",
                        "commonHeaders",
                        "bouncedRecipients",
                        "message_id",
                        "kind",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_no_call_makes_it_stumble(told: object) -> None:
    with suppress(ValueError):
        reports_in_json(json.dumps(told).encode())


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (OWN | {"id": "r-1"}, "r-1"),
        (POSTMARK | {"ID": 4323372036854775807}, "4323372036854775807"),
        (SES | {"bounce": SES["bounce"] | {"feedbackId": "0100-a"}}, "0100-a"),
        (OWN | {"id": ["r-1"]}, ""),
        (POSTMARK | {"ID": True}, ""),
        (OWN, ""),
    ],
)
def test_a_report_has_the_name_that_its_sender_gave_it(told: dict[str, object], name: str) -> None:
    (report,) = reports_in_json(json.dumps(told).encode())
    assert report.id == name


def test_a_mailed_report_has_the_name_of_its_mail() -> None:
    (report,) = reports_in_mail(b"Message-ID: <dsn-1@mx.example>\r\n" + dsn())
    assert report.id == "<dsn-1@mx.example>"
