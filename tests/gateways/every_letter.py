"""Each letter that the product writes, with one word wherever a person or a company can write."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

from fsm_portal.gateways import letters
from fsm_portal.gateways.credit_letters import CreditNoteWritten, credit_note_letter
from fsm_portal.gateways.languages import direction_of
from fsm_portal.gateways.letters import (
    Company,
    InvoiceSent,
    PaidInvoice,
    PaymentLost,
    PaymentReceived,
    Reader,
    RefundMade,
)
from fsm_portal.gateways.mail_message import Letter
from fsm_portal.gateways.notice_letters import StaffNotice, notice_letter
from fsm_portal.gateways.reminder_letters import InvoiceReminder, reminder_letter
from fsm_portal.gateways.sign_in_letters import (
    LinkAsked,
    NoPortal,
    SignUpAsked,
    TeamInvitation,
    Welcome,
    no_portal_letter,
    sign_in_letter,
    sign_up_letter,
    team_letter,
    welcome_letter,
)

BRIGHT = Company(
    "Bright Heating Co.", "office@brightheating.example", "en_US", "America/New_York", "#c2410c"
)
DANA = Reader("Dana Reyes", "dana@harborview.example")
MAYA = Reader("Maya Ortiz", "maya@brightheating.example")
EVENING = datetime(2026, 10, 3, 1, 30, tzinfo=UTC)
LINK = "https://portal.example/sign-in/4fJ0cZlq8vN1bS6t"
STOP = "https://portal.example/reminders/Qm9o"
# A country for each language, so that money and days are written there too.
LOCALES = {
    "en": "en_US",
    "ar": "ar_AE",
    "de": "de_DE",
    "es": "es_ES",
    "fr": "fr_FR",
    "he": "he_IL",
    "it": "it_IT",
    "ja": "ja_JP",
    "ko": "ko_KR",
    "nl": "nl_NL",
    "pl": "pl_PL",
    "pt": "pt_BR",
    "th": "th_TH",
    "zh": "zh_CN",
    "zh_Hant": "zh_TW",
}

INVOICE = InvoiceSent(
    key="invoice-mail/1",
    invoice_id="0190",
    number="INV-0042",
    customer_name="Harbor View Apartments",
    total=294765,
    amount_due=169765,
    currency="USD",
    due_on=date(2026, 10, 22),
    link=LINK,
    link_valid_until=EVENING,
    pdf=b"%PDF-1.7",
)
PAYMENT = PaymentReceived(
    key="receipt/1",
    customer_name="Harbor View Apartments",
    amount=169765,
    currency="USD",
    paid_at=EVENING,
    method="Visa ending 4242",
    reference="pi_3Qa8",
    invoices=(PaidInvoice("0190", "INV-0042", 169765, 0),),
    link=LINK,
)
REFUND = RefundMade(
    key="refund_mail/1",
    customer_name="Harbor View Apartments",
    amount=8000,
    currency="USD",
    refunded_at=EVENING,
    method="Visa ending 4242",
    reference="re_3Qb9",
    paid=169765,
    paid_at=date(2026, 9, 22),
    invoices=(PaidInvoice("0190", "INV-0042", 8000, 0),),
    link=LINK,
)
LOST = PaymentLost(
    key="failed-mail/1",
    customer_name="Harbor View Apartments",
    amount=169765,
    currency="USD",
    method="Bank debit ending 6789",
    reason="insufficient_funds",
    invoices=(PaidInvoice("0190", "INV-0042", 169765, 169765),),
    link=LINK,
)
REMINDER = InvoiceReminder(
    key="reminder/1",
    invoice_id="0190",
    number="INV-0042",
    customer_name="Harbor View Apartments",
    total=294765,
    amount_due=169765,
    currency="USD",
    due_on=date(2026, 10, 22),
    days=7,
    link=LINK,
    link_valid_until=EVENING,
    stop=STOP,
    phone="+1 212 555 0142",
)
NOTICE = StaffNotice(
    "notice/1",
    "Harbor View Apartments could not pay $1,697.65",
    "Not enough money in the account. Invoice INV-0042.",
    "Look at it",
    LINK,
    "payments that failed",
    STOP,
)


Drafts = dict[str, Callable[[], Letter]]


def to_customers(company: Company, reader: Reader = DANA, word: str = "") -> dict[str, Letter]:
    """Those that are written in the customer's language, by their kind. ``word`` takes the place
    of whatever a person typed, and begins the company's own words."""
    return {kind: write() for kind, write in _to_customers(company, reader, word).items()}


def to_staff(company: Company) -> dict[str, Letter]:
    """Those to the people in the office."""
    return {kind: write() for kind, write in _to_staff(company, MAYA, "").items()}


def _to_customers(company: Company, reader: Reader, word: str) -> Drafts:
    typed = {"number": word, "customer_name": word} if word else {}
    bought = PaidInvoice("0190", word or "INV-0042", 5, 1)
    paid = {"customer_name": word, "method": word, "reference": word} if word else {}
    lost = {"customer_name": word, "method": word} if word else {}
    invoices = {"invoices": (bought,)} if word else {}
    own = {"opening": f"{word}\n\n{{company}} {{number}}"} if word else {}
    browser = word or "Chrome on Windows"
    names = (word or "Bright Heating Co.", "Clearwater Plumbing")
    invoice = replace(INVOICE, **typed, **own)
    reminder = replace(REMINDER, **typed, **own)
    return {
        "invoice": partial(letters.invoice_letter, company, reader, invoice),
        "deposit": partial(letters.invoice_letter, company, reader, replace(invoice, deposit=1000)),
        "settled": partial(letters.invoice_letter, company, reader, replace(invoice, amount_due=0)),
        "no button": partial(letters.invoice_letter, company, reader, replace(invoice, link="")),
        "receipt": partial(
            letters.receipt_letter,
            company,
            reader,
            replace(PAYMENT, pdf=b"%PDF-1.7", **paid, **invoices, **own),
        ),
        "refund": partial(
            letters.refund_letter,
            company,
            reader,
            replace(REFUND, pdf=b"%PDF-1.7", **paid, **invoices, **own),
        ),
        "credit note": partial(
            credit_note_letter,
            company,
            reader,
            CreditNoteWritten(
                key="credit_note_mail:1",
                invoice_id="0" * 32,
                invoice_number=word or "INV-0042",
                number=word or "CN-0001",
                customer_name=word or "Harbor View Apartments",
                amount=8000,
                still_due=20_000,
                currency="USD",
                written_on=EVENING.date(),
                reason=word or "Came late",
                link=LINK,
                pdf=b"%PDF-1.7",
                pdf_name="CN-0001.pdf",
            ),
        ),
        "failed": partial(
            letters.failed_letter, company, reader, replace(LOST, **lost, **invoices, **own)
        ),
        "soon": partial(reminder_letter, company, reader, replace(reminder, days=-3)),
        "today": partial(reminder_letter, company, reader, replace(reminder, days=0)),
        "late": partial(reminder_letter, company, reader, reminder),
        "late, no button": partial(
            reminder_letter,
            company,
            reader,
            replace(reminder, link="", phone=word or "+1 212 555 0142"),
        ),
        "sign in": partial(sign_in_letter, company, reader, LinkAsked("link/1", LINK, 10)),
        "code": partial(
            sign_in_letter, company, reader, LinkAsked("link/1", LINK, 10, "482913", browser)
        ),
        "choice": partial(
            sign_in_letter, company, reader, LinkAsked("link/1", LINK, 10, "482913", browser, names)
        ),
        "welcome": partial(
            welcome_letter, company, reader, Welcome("welcome/1", LINK, EVENING, LINK, word)
        ),
        "no portal": partial(
            no_portal_letter,
            company,
            reader,
            NoPortal("k", word or "office@b.example", word or "+1 212 555 0142"),
        ),
    }


def _to_staff(company: Company, reader: Reader, word: str) -> Drafts:
    notice = replace(NOTICE, title=word, text=word) if word else NOTICE
    asked = SignUpAsked("sign-up/1", LINK, 10, "482913", word or "Chrome on Windows")
    return {
        "sign up": partial(sign_up_letter, replace(reader, name=""), asked),
        "sign up known": partial(
            sign_up_letter, replace(reader, name=""), replace(asked, known=True)
        ),
        "team": partial(
            team_letter,
            company,
            reader,
            TeamInvitation("team/1", LINK, EVENING, "technician", "see jobs and invoices"),
        ),
        "notice": partial(notice_letter, company, reader, notice),
    }


def drafts(word: str) -> Drafts:
    """All of them, by their kind, with ``word`` wherever a person or a company can write."""
    company = replace(BRIGHT, name=word, colour=word)
    reader = replace(DANA, name=word)
    return _to_customers(company, reader, word) | _to_staff(company, reader, word)


def every_letter(word: str) -> list[Letter]:
    """All of them, written."""
    return [write() for write in drafts(word).values()]


def company_in(language: str) -> Company:
    """The company as it writes to readers of ``language``."""
    return replace(BRIGHT, language=language, locale=LOCALES[language])


def runs(language: str) -> str:
    """Which way."""
    return direction_of(language)
