"""The letters a company sends: what they say, and that nothing typed by a person acts in them."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.gateways import letters
from fsm_portal.gateways.colour import contrast, palette
from fsm_portal.gateways.languages import LANGUAGES
from fsm_portal.gateways.letter_words import words_in
from fsm_portal.gateways.letters import Company, PaidInvoice
from fsm_portal.gateways.mail_headers import one_line
from fsm_portal.gateways.mail_message import Letter, compose
from fsm_portal.gateways.reminder_letters import reminder_letter
from fsm_portal.gateways.sign_in_letters import (
    NO_COMPANY,
    LinkAsked,
    NoPortal,
    Welcome,
    no_portal_letter,
    sign_in_letter,
    welcome_letter,
)
from tests.gateways.every_letter import (
    BRIGHT,
    DANA,
    EVENING,
    INVOICE,
    LINK,
    LOST,
    PAYMENT,
    REFUND,
    REMINDER,
    STOP,
    company_in,
    drafts,
    every_letter,
    to_customers,
    to_staff,
)

CLEARWATER = Company("Clearwater Plumbing", "desk@clearwater.example", "en_GB", "Europe/London")


class Seen(HTMLParser):
    """The tags, link targets and visible words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.targets += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


def delivered(letter: Letter) -> EmailMessage:
    """The letter as a mail program reads it."""
    wire = compose(letter, "billing@portal.example").content
    return message_from_bytes(wire, policy=default)


def both(letter: Letter) -> tuple[str, str]:
    """What the reader of either part reads, white space made one."""
    return " ".join(letter.text.split()), Seen(letter.html).text


def test_the_invoice_letter_asks_for_the_amount_and_carries_the_pdf() -> None:
    letter = letters.invoice_letter(BRIGHT, DANA, INVOICE)
    assert letter.subject == "Invoice INV-0042 from Bright Heating Co.: $1,697.65 due Oct 22, 2026"
    assert (letter.to_address, letter.to_name) == ("dana@harborview.example", "Dana Reyes")
    assert (letter.from_name, letter.reply_to) == (BRIGHT.name, BRIGHT.reply_to)
    for part in both(letter):
        for said in ("$1,697.65", "Oct 22, 2026", "INV-0042", "Harbor View Apartments", LINK):
            assert said in part
    [pdf] = letter.attachments
    assert (pdf.filename, pdf.content_type) == ("INV-0042.pdf", "application/pdf")


def test_its_button_says_view_and_pay_invoice() -> None:
    page = Seen(letters.invoice_letter(BRIGHT, DANA, INVOICE).html)
    assert "View and pay invoice" in page.text
    assert set(page.targets) <= {LINK}


def test_it_says_until_when_the_link_works_on_the_company_s_clock() -> None:
    for part in both(letters.invoice_letter(BRIGHT, DANA, INVOICE)):
        assert "Oct 2, 2026, 9:30" in part.replace("\u202f", " ")


def test_what_is_paid_already_is_told_only_where_something_is() -> None:
    for part in both(letters.invoice_letter(BRIGHT, DANA, INVOICE)):
        assert "$2,947.65" in part and "$1,250.00" in part
    untouched = replace(INVOICE, amount_due=INVOICE.total)
    for part in both(letters.invoice_letter(BRIGHT, DANA, untouched)):
        assert "Paid so far" not in part


def test_it_greets_the_contact_and_bills_the_customer() -> None:
    """As the page and the PDF do."""
    for part in both(letters.invoice_letter(BRIGHT, DANA, INVOICE)):
        assert "Hello Dana Reyes" in part
        assert re.search("Billed to:? Harbor View Apartments", part)


@pytest.mark.parametrize("due", [0, -500])
def test_a_copy_of_a_settled_invoice_asks_for_nothing(due: int) -> None:
    letter = letters.invoice_letter(BRIGHT, DANA, replace(INVOICE, amount_due=due))
    assert letter.subject == "Invoice INV-0042 from Bright Heating Co.: settled"
    for part in both(letter):
        assert "nothing left to pay" in part and "$2,947.65" in part and LINK in part
        for asking in ("Amount due", "Due date", "Oct 22", "pay it", "and pay", "Paid so far"):
            assert asking not in part


def test_another_company_writes_in_its_own_money_dates_and_time() -> None:
    sent = replace(INVOICE, currency="GBP")
    text = letters.invoice_letter(CLEARWATER, DANA, sent).text
    assert "£1,697.65" in text and "22 Oct 2026" in text and "3 Oct 2026, 02:30" in text


def test_the_receipt_says_what_was_paid_when_and_how() -> None:
    letter = letters.receipt_letter(BRIGHT, DANA, PAYMENT)
    assert letter.subject == "Receipt from Bright Heating Co.: $1,697.65 received"
    for part in both(letter):
        for said in ("$1,697.65", "Visa ending 4242", "pi_3Qa8", "Invoice INV-0042", LINK):
            assert said in part
        assert "Oct 2, 2026" in part and "till due" not in part
    assert letter.attachments == ()


def test_a_receipt_for_several_invoices_says_what_went_where_and_what_is_left() -> None:
    several = replace(
        PAYMENT,
        invoices=(PaidInvoice("0190", "INV-0042", 100000, 0), PaidInvoice("2", "INV-7", 69765, 35)),
        pdf=b"%PDF-1.7",
    )
    letter = letters.receipt_letter(BRIGHT, DANA, several)
    for part in both(letter):
        for said in ("INV-0042", "$1,000.00", "INV-7", "$697.65", "$0.35"):
            assert said in part
    assert letter.thread is None
    assert [file.filename for file in letter.attachments] == ["Receipt.pdf"]


def test_a_refund_says_how_much_goes_back_where_and_how_long_that_takes() -> None:
    letter = letters.refund_letter(BRIGHT, DANA, REFUND)
    assert letter.subject == "Refund from Bright Heating Co.: $80.00"
    for part in both(letter):
        for said in ("$80.00", "Visa ending 4242", "re_3Qb9", "INV-0042", "5 to 10 days", LINK):
            assert said in part
        assert "$1,697.65 on Sep 22, 2026" in part and "till due" not in part
    owed = replace(REFUND, invoices=(PaidInvoice("0190", "INV-0042", 8000, 8000),))
    assert "Still due on INV-0042: $80.00" in letters.refund_letter(BRIGHT, DANA, owed).text


def test_a_refund_says_whether_one_document_is_attached_or_two() -> None:
    """The receipt alone, the receipt and its credit note, or the credit note alone."""
    receipt, note = b"%PDF-1.7", ("CN-0001.pdf", b"%PDF-1.7")
    for language in LANGUAGES:
        words = words_in(language)
        one, two = words["common.document_attached"], words["common.documents_attached"]
        assert one != two
        for pdf, notes, said, unsaid in (
            (receipt, (), one, two),
            (receipt, (note,), two, one),
            (None, (note,), one, two),
        ):
            refund = replace(REFUND, pdf=pdf, credit_notes=notes)
            for part in both(letters.refund_letter(company_in(language), DANA, refund)):
                assert said in part and unsaid not in part


def test_all_letters_about_an_invoice_are_one_conversation() -> None:
    sent = letters.invoice_letter(BRIGHT, DANA, INVOICE)
    assert letters.receipt_letter(BRIGHT, DANA, PAYMENT).thread == sent.thread
    assert letters.refund_letter(BRIGHT, DANA, REFUND).thread == sent.thread
    assert letters.failed_letter(BRIGHT, DANA, LOST).thread == sent.thread
    assert reminder_letter(BRIGHT, DANA, REMINDER).thread == sent.thread


def test_what_robots_and_mail_programs_read_of_each_letter() -> None:
    """RFC 3834, 8058: nobody answers by machine, and reminders alone have a way out of them."""
    found = {kind: delivered(letter) for kind, letter in to_customers(BRIGHT).items()}
    found |= {kind: delivered(letter) for kind, letter in to_staff(BRIGHT).items()}
    reminders = {"soon", "today", "late", "late, no button"}
    for kind, mail in found.items():
        assert mail["Auto-Submitted"] == "auto-generated", kind
        assert re.fullmatch(r"<[0-9a-f]{40}@portal\.example>", mail["Message-ID"]), kind
        assert (mail["List-Unsubscribe"] == f"<{STOP}>") is (kind in reminders), kind
        assert (mail["List-Unsubscribe-Post"] is not None) is (kind in reminders), kind
        assert mail["Precedence"] is None and mail["Bcc"] is None and not mail.defects, kind
    talk = {kind for kind, mail in found.items() if mail["References"]}
    assert talk == {
        *("invoice", "deposit", "settled", "no button", "receipt", "refund", "credit note"),
        *("failed", *reminders),
    }


def test_whatever_follows_the_first_letter_says_which_one_that_was() -> None:
    later = replace(PAYMENT, follows="invoice-mail/1")
    wire = delivered(letters.receipt_letter(BRIGHT, DANA, later))
    first = delivered(letters.invoice_letter(BRIGHT, DANA, INVOICE))
    assert wire["In-Reply-To"] == first["Message-ID"]
    assert first["Message-ID"] in wire["References"]


def test_a_receipt_of_several_invoices_is_in_nobody_s_conversation() -> None:
    several = replace(PAYMENT, invoices=PAYMENT.invoices * 2, follows="invoice-mail/1")
    letter = letters.receipt_letter(BRIGHT, DANA, several)
    assert letter.thread is None and letter.follows is None


def test_a_payment_that_came_back_says_so_and_asks_for_it_again() -> None:
    letter = letters.failed_letter(BRIGHT, DANA, LOST)
    assert letter.subject == "Your payment of $1,697.65 to Bright Heating Co. did not go through"
    for part in both(letter):
        for said in ("Bank debit ending 6789", "Not enough money in the account", "INV-0042", LINK):
            assert said in part
    odd = letters.failed_letter(BRIGHT, DANA, replace(LOST, reason="debit_not_authorized"))
    assert "Reason" not in odd.text


def test_the_company_s_own_words_begin_the_letter_in_the_place_of_ours() -> None:
    own = "Dear {contact},\nyour boiler is warm again.\n\n{number} comes to {amount}. {nothing}"
    letter = letters.invoice_letter(BRIGHT, DANA, replace(INVOICE, opening=own))
    for part in both(letter):
        assert "Dear Dana Reyes, your boiler is warm again." in part
        assert "INV-0042 comes to $1,697.65. {nothing}" in part
        assert "has sent you an invoice" not in part and "attached as a PDF" in part
    assert "Dear Dana Reyes,<br>" in letter.html


def test_a_slot_in_a_name_stays_a_name() -> None:
    sly = replace(INVOICE, opening="For {customer}.", customer_name="{amount} {company}")
    for part in both(letters.invoice_letter(BRIGHT, DANA, sly)):
        assert "For {amount} {company}." in part


def test_the_sign_in_letter_says_where_and_for_how_long() -> None:
    letter = sign_in_letter(BRIGHT, DANA, LinkAsked("link/1", LINK, 10))
    assert letter.subject == "Sign in to Bright Heating Co."
    for part in both(letter):
        assert LINK in part and "10 minutes" in part and "dana@harborview.example" in part


def test_the_code_stands_in_the_letter_for_the_browser_that_asked() -> None:
    asked = LinkAsked("link/1", LINK, 10, code="482913", browser="Chrome on Windows")
    letter = sign_in_letter(BRIGHT, DANA, asked)
    for part in both(letter):
        assert "482913" in part and "Chrome on Windows" in part
        assert "Never pass it on: nobody will ask you for it" in part
    assert "482913" not in letter.subject


def test_a_letter_for_several_companies_wears_the_name_of_none() -> None:
    companies = ("Bright Heating Co.", "Clearwater Plumbing")
    asked = LinkAsked("link/1", LINK, 10, "482913", "Chrome on Windows", companies)
    letter = sign_in_letter(NO_COMPANY, DANA, asked)
    assert letter.from_name == "Customer portal" and letter.reply_to == ""
    for part in both(letter):
        assert "Bright Heating Co. and Clearwater Plumbing" in " ".join(part.split())
        assert "Reply to this email" not in part


def test_the_invitation_says_what_one_can_do_there() -> None:
    where = "https://portal.example/access/bright-heating"
    letter = welcome_letter(BRIGHT, DANA, Welcome("welcome/1", LINK, EVENING, where))
    assert letter.subject == "Your customer portal at Bright Heating Co."
    for part in both(letter):
        for said in (LINK, where, "see your invoices", "Oct 2, 2026", "dana@harborview.example"):
            assert said in part


def test_without_a_portal_the_letter_says_whom_to_ask() -> None:
    letter = no_portal_letter(BRIGHT, DANA, NoPortal("k", "office@b.example", "+1 212 555 0142"))
    for part in both(letter):
        assert "office@b.example" in part and "+1 212 555 0142" in part
        assert "/sign-in" not in part


def test_an_invoice_of_a_company_without_a_portal_leads_nowhere() -> None:
    letter = letters.invoice_letter(BRIGHT, DANA, replace(INVOICE, link=""))
    for part in both(letter):
        assert "sign-in" not in part and "online" not in part
        assert "How would you like to pay? Reply to this email" in " ".join(part.split())


@pytest.mark.parametrize(
    "letter",
    [
        letters.receipt_letter(BRIGHT, DANA, replace(PAYMENT, link="")),
        letters.refund_letter(BRIGHT, DANA, replace(REFUND, link="")),
    ],
    ids=["receipt", "refund"],
)
def test_a_letter_of_a_company_without_a_portal_has_no_button(letter: Letter) -> None:
    assert "http" not in letter.text and Seen(letter.html).targets == []
    for part in both(letter):
        assert (
            "View payment" not in part and "View it" not in part and "Reply to this email" in part
        )


def test_a_name_that_ends_with_a_dot_gets_no_second_one() -> None:
    asked = LinkAsked("link/1", LINK, 10)
    in_browser = replace(asked, code="482913", browser="Chrome on Windows")
    several = replace(in_browser, companies=("Clearwater Plumbing", "Bright Heating Co."))
    for letter in (
        *to_customers(BRIGHT).values(),
        *[sign_in_letter(BRIGHT, DANA, each) for each in (asked, in_browser, several)],
        no_portal_letter(BRIGHT, DANA, NoPortal("k", "office@b.example", "")),
    ):
        for part in both(letter):
            assert ".." not in part


HOSTILE = (
    "\"><script>fetch('http://169.254.169.254/')</script><img src=file:///etc/passwd>\r\n{{7*7}}"
)


def test_markup_in_a_name_is_only_text() -> None:
    """Case 43."""
    for letter in every_letter(HOSTILE):
        page = Seen(letter.html)
        assert not page.tags & {"script", "img", "iframe", "object", "form", "link"}
        assert set(page.targets) <= {LINK, STOP}
        assert "{{7*7}}" in page.text and "49" not in letter.subject
        assert "\n" not in letter.subject
        assert "\r" not in letter.text


def test_a_letter_loads_nothing_from_anywhere() -> None:
    for letter in every_letter("Bright Heating Co."):
        assert "url(" not in letter.html and "@import" not in letter.html
        assert set(Seen(letter.html).targets) <= {LINK, STOP}


@given(word=st.text(max_size=60), kind=st.sampled_from(sorted(drafts("Bright"))))
def test_whatever_a_name_is_the_letter_can_be_written(word: str, kind: str) -> None:
    letter = drafts(word)[kind]()
    assert letter.subject == one_line(letter.subject)
    assert not delivered(letter).defects


@pytest.mark.parametrize("name", ["", "  ", "&", "Zoë", "山田 太郎", "a b c d"])
def test_any_name_has_a_mark(name: str) -> None:
    letter = sign_in_letter(replace(BRIGHT, name=name), DANA, LinkAsked("k", LINK, 10))
    assert "aria-hidden" in letter.html


@given(colour=st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_on_any_company_colour_the_button_can_be_read(colour: str) -> None:
    chosen = palette(colour)
    assert contrast(chosen.ink, chosen.fill) >= 4.5
    assert contrast(chosen.dark_ink, chosen.dark_fill) >= 4.5
    assert contrast(chosen.link, "#ffffff") >= 4.5
    assert contrast(chosen.dark_link, "#141820") >= 4.5


@pytest.mark.parametrize("colour", ["", "red", "#12", "#zzzzzz", "#3a3fc7;} body{", "url(x)"])
def test_what_is_no_colour_becomes_the_product_s_own(colour: str) -> None:
    assert palette(colour) == palette("#3b3dbf")
