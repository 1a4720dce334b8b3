"""Letters go out by real SMTP, and what goes wrong is told apart: for good, or for now."""

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fsm_portal.config import Settings
from fsm_portal.gateways import mail
from fsm_portal.gateways.mail import Letter, Mailer, MailRefused, MailUnavailable, send
from tests.gateways.mail_server import MailServer, running

pytestmark = pytest.mark.usefixtures("environment")

LETTER = Letter(
    to_address="dana@harborview.example",
    to_name="Dana Reyes",
    from_name="Bright Heating Co.",
    reply_to="office@brightheating.example",
    subject="Invoice INV-0042",
    text="Please pay.\n",
    html="<p>Please pay.</p>",
    key="invoice/0190/1",
)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(MailServer()) as one:
        yield one


def through(server: MailServer, **more: object) -> Settings:
    return Settings(
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        mail_from="billing@portal.example",
        **more,  # type: ignore[arg-type]
    )


def test_a_letter_arrives_with_its_people(server: MailServer) -> None:
    send(LETTER, through(server))
    [letter] = server.letters
    assert letter["To"] == "Dana Reyes <dana@harborview.example>"
    assert letter["From"].addresses[0].display_name == "Bright Heating Co."
    assert letter["From"].addresses[0].addr_spec == "billing@portal.example"
    assert letter["Reply-To"].addresses[0].addr_spec == "office@brightheating.example"
    assert server.envelopes[0].mail_from == "billing@portal.example"
    assert server.envelopes[0].rcpt_tos == ["dana@harborview.example"]


def test_sent_again_after_a_crash_it_is_the_same_letter(server: MailServer) -> None:
    """Case 42: at most one duplicate, and a mail program can tell that it is one."""
    send(LETTER, through(server))
    send(LETTER, through(server))
    send(replace(LETTER, key="invoice/0190/2"), through(server))
    first, again, other = (letter["Message-ID"] for letter in server.letters)
    assert first == again != other


def test_one_connection_carries_many_letters(server: MailServer) -> None:
    with Mailer(through(server)) as mailer:
        for number in range(5):
            mailer.send(replace(LETTER, key=f"invoice/{number}"))
    assert len(server.letters) == 5
    assert len(server.connections) == 1


def test_a_server_that_hung_up_meanwhile_is_called_again(server: MailServer) -> None:
    with Mailer(through(server)) as mailer:
        mailer.send(LETTER)
        server.hang_up()
        mailer.send(LETTER)
    assert len(server.letters) == 2
    assert len(server.connections) == 2


@pytest.mark.parametrize("step", ["to_recipient", "to_letter"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 No such person", MailRefused),
        ("554 This looks like spam", MailRefused),
        ("451 Try later", MailUnavailable),
        ("452 Mailbox full for now", MailUnavailable),
    ],
)
def test_the_answer_decides_whether_to_try_again(
    server: MailServer, step: str, answer: str, error: type[Exception]
) -> None:
    setattr(server, step, answer)
    with pytest.raises(error, match=answer):
        send(LETTER, through(server))


@pytest.mark.parametrize(
    "answer",
    [
        "530 5.7.0 Authentication required",
        "554 5.7.1 <dana@harborview.example>: Relay access denied",
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    ],
)
def test_a_server_that_takes_nothing_from_us_waits_for_its_repair(
    server: MailServer, answer: str
) -> None:
    """A login that was forgotten in the settings costs no letter."""
    server.to_recipient = answer
    with pytest.raises(MailUnavailable, match=answer[:3]):
        send(LETTER, through(server))


def test_a_letter_that_was_stopped_half_way_is_not_in_the_way_of_the_next(
    server: MailServer,
) -> None:
    with Mailer(through(server)) as mailer:
        # It forgets whom the letter is to, and so refuses to begin with it.
        server.to_recipient = "251 Will forward"
        with pytest.raises(MailRefused, match="503"):
            mailer.send(LETTER)
        server.to_recipient = "250 OK"
        mailer.send(LETTER)
    assert len(server.letters) == len(server.connections) == 1


def test_a_refused_sender_is_our_own_fault_and_is_tried_again(server: MailServer) -> None:
    server.to_sender = "553 Not allowed to send as this"
    with pytest.raises(MailUnavailable, match="553"):
        send(LETTER, through(server))


def test_a_letter_that_is_too_large_is_not_tried_again(server: MailServer) -> None:
    server.to_sender = "552 Message too large"
    with pytest.raises(MailRefused, match="552"):
        send(LETTER, through(server))


def test_after_a_refusal_the_next_letter_goes_out_on_the_same_connection(
    server: MailServer,
) -> None:
    with Mailer(through(server)) as mailer:
        server.to_recipient = "550 No such person"
        with pytest.raises(MailRefused):
            mailer.send(LETTER)
        server.to_recipient = "250 OK"
        mailer.send(LETTER)
    assert len(server.letters) == 1
    assert len(server.connections) == 1


def test_a_line_cut_in_the_middle_of_a_letter_is_temporary(server: MailServer) -> None:
    server.hang_up_on_data = True
    with Mailer(through(server)) as mailer, pytest.raises(MailUnavailable):
        mailer.send(LETTER)


def test_no_server_at_all_is_temporary() -> None:
    """Case 42: SMTP is down."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(MailUnavailable, match="cannot be used"):
        send(LETTER, Settings(smtp_host="127.0.0.1", smtp_port=port))


def test_a_server_that_never_answers_is_temporary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(MailUnavailable):
        send(LETTER, Settings(smtp_host="127.0.0.1", smtp_port=silent.getsockname()[1]))


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_over_tls_with_a_login(
    security: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(MailServer(), tls_of(certificate), starttls=security == "starttls") as server:
        config = through(
            server, smtp_security=security, smtp_username="portal", smtp_password="correct"
        )
        send(LETTER, config)
    assert server.logins == [("portal", "correct")]
    assert len(server.letters) == 1


def test_a_wrong_password_waits_for_its_repair(server: MailServer) -> None:
    config = through(server, smtp_username="portal", smtp_password="wrong")
    with pytest.raises(MailUnavailable, match="535") as error:
        send(LETTER, config)
    assert "wrong" not in str(error.value)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_unknown_certificate_gets_neither_password_nor_letter(
    security: str, certificate: Path
) -> None:
    with running(MailServer(), tls_of(certificate), starttls=security == "starttls") as server:
        config = through(
            server, smtp_security=security, smtp_username="portal", smtp_password="correct"
        )
        with pytest.raises(MailUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
            send(LETTER, config)
    assert not server.logins
    assert not server.letters


def test_without_tls_on_offer_nothing_goes_out_in_the_clear(server: MailServer) -> None:
    config = through(
        server, smtp_security="starttls", smtp_username="portal", smtp_password="correct"
    )
    with pytest.raises(MailUnavailable, match="STARTTLS"):
        send(LETTER, config)
    assert not server.logins
    assert not server.letters


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of 127.0.0.1 and its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def tls_of(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
