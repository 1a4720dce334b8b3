"""Documents: whoever may see one gets it, everybody else the identical 404. (Case 35)"""

import io
from hashlib import sha256

import pytest
from pypdf import PdfReader
from sqlmodel import update

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain import clock
from fsm_portal.domain.company import Company, Plan
from fsm_portal.domain.invoice_open import How, InvoiceOpen
from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.show_customer_invoice import show_customer_invoice
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.keyset import MomentQuery
from fsm_portal.flows.login_links import make_link
from fsm_portal.flows.payments.list_customer_payments import list_customer_payments
from tests import cast
from tests.flows import books
from tests.invoices import write_invoice
from tests.money_back import refunded
from tests.payments import checkout, received


def paid(invoice) -> Payment:
    """A payment of the whole invoice."""
    return received(checkout(invoice))


@pytest.fixture
def signed_in(browsers):
    """``signed_in(person)``: a browser with this person's session; None: without any."""

    def browser_of(person):
        browser = browsers()
        if person is not None:
            who = (
                {"staff_id": person.id} if isinstance(person, Staff) else {"customer_id": person.id}
            )
            with unit_of_work() as session:
                address, _ = make_link(
                    session, company_id=person.company_id, purpose=Purpose.INVOICE, **who
                )
            browser.post(address.removeprefix(settings().base_url))
        return browser

    return browser_of


@pytest.fixture
def papers(company, dana):
    """Addresses of Dana's invoice, of her draft, of her receipt and of her refund's."""
    invoice = write_invoice(company, dana)
    draft = write_invoice(company, dana, number="INV-0043", issued=False)
    payment = paid(invoice)
    return {
        "invoice": f"/documents/invoices/{invoice.id}.pdf",
        "draft": f"/documents/invoices/{draft.id}.pdf",
        "receipt": f"/documents/receipts/{payment.id}.pdf",
        "refund": f"/documents/refunds/{refunded(payment, 5_000).id}.pdf",
    }


@pytest.fixture
def people(company, other_company, dana, maya, tom, northwind_dental):
    dana_there = cast.save(cast.harbor_view(other_company))
    priya = cast.save(cast.priya(other_company))
    return {
        "Dana": dana,
        "Maya, owner": maya,
        "Tom, technician": tom,
        "Northwind": northwind_dental,
        "Dana as Clearwater's customer": dana_there,
        "Priya of Clearwater": priya,
    }


SEES = {
    "Dana": {"invoice", "receipt", "refund"},
    "Maya, owner": {"invoice", "draft", "receipt", "refund"},
    "Tom, technician": {"invoice", "draft", "receipt", "refund"},
    "Northwind": set(),
    "Dana as Clearwater's customer": set(),
    "Priya of Clearwater": set(),
}


@pytest.mark.parametrize("name", SEES)
def test_everyone_sees_their_own_papers_and_nothing_else(signed_in, papers, people, name):
    """Case 35: a stranger's paper, a draft and a missing one cannot be told apart."""
    browser = signed_in(people[name])
    missing = browser.get(f"/documents/invoices/{'0' * 32}.pdf")
    assert missing.status_code == 404
    for paper, path in papers.items():
        answer = browser.get(path)
        if paper in SEES[name]:
            assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
        else:
            assert (answer.status_code, answer.content) == (404, missing.content)
            assert answer.headers == missing.headers


def test_ids_of_one_kind_are_missing_as_the_other(signed_in, papers, people):
    """Case 35: an invoice's id as a receipt's."""
    browser = signed_in(people["Maya, owner"])
    kinds = ("invoices", "receipts", "refunds", "credit-notes")
    for path in papers.values():
        _, _, kind, name = path.split("/")
        for other in kinds:
            if other != kind:
                assert browser.get(f"/documents/{other}/{name}").status_code == 404


@pytest.mark.parametrize("odd", ["x", "%00", "%2e%2e", "0" * 5_000, "%ff", "INV-0042", "%27--"])
def test_what_is_no_id_is_missing(any_database, signed_in, dana, odd):
    browser = signed_in(dana)
    for kind in ("invoices", "receipts", "refunds", "credit-notes"):
        answer = browser.get(f"/documents/{kind}/{odd}.pdf")
        assert (answer.status_code, answer.text) == (404, "Not found.")


@pytest.mark.parametrize("paper", ["invoice", "draft", "receipt", "refund"])
def test_without_a_session_everybody_is_asked_to_sign_in(signed_in, papers, paper):
    browser = signed_in(None)
    for path in (papers[paper], f"/documents/invoices/{'0' * 32}.pdf"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert answer.content == b""


def test_a_paper_is_shown_under_its_number_and_kept_by_nobody(signed_in, papers, people):
    answer = signed_in(people["Dana"]).get(papers["invoice"])
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="INV-0042.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    words = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "INV-0042" in words and "Harbor View Apartments" in words and "$280.00" in words


def test_a_receipt_says_what_was_paid_and_how(signed_in, papers, people):
    answer = signed_in(people["Dana"]).get(papers["receipt"])
    words = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "$280.00" in words and "Visa ending 4242" in words and "pi_test_" in words


def test_a_refunds_receipt_says_what_went_back(signed_in, papers, people):
    answer = signed_in(people["Dana"]).get(papers["refund"])
    words = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "$50.00" in words and "Visa ending 4242" in words
    assert answer.headers["content-disposition"].startswith('inline; filename="Refund RF-')


@pytest.mark.breaks_the_books("its refund is put back to a beginning that it has left")
@pytest.mark.parametrize("status", [RefundStatus.ASKED, RefundStatus.REFUSED])
def test_a_refund_that_never_was_has_no_receipt(signed_in, papers, people, status):
    """Case 26: nobody knows yet, or Stripe said no."""
    with unit_of_work() as session:
        session.exec(update(Refund).values(status=status))
    for person in ("Dana", "Maya, owner"):
        assert signed_in(people[person]).get(papers["refund"]).status_code == 404


def test_an_earlier_version_is_for_staff(any_database, signed_in, papers, people):
    """Case 35: to anybody else it is missing like whatever is not there."""
    maya = signed_in(people["Maya, owner"])
    first = maya.get(papers["invoice"])
    people["Dana"].address = "1 New Street\nNew York"
    cast.save(people["Dana"])
    second = maya.get(papers["invoice"])
    assert second.content != first.content
    old = maya.get(f"{papers['invoice']}?version=1")
    assert (old.content, old.headers["etag"]) == (first.content, first.headers["etag"])
    assert 'filename="INV-0042 (version 1).pdf"' in old.headers["content-disposition"]
    assert maya.get(f"{papers['invoice']}?version=2").content == second.content
    for odd in ("0", "3", "-1", "x", "", "1e3", "٣", "9" * 40):
        assert maya.get(f"{papers['invoice']}?version={odd}").status_code == 404
    for name in ("Dana", "Northwind", "Priya of Clearwater"):
        answer = signed_in(people[name]).get(f"{papers['invoice']}?version=1")
        assert (answer.status_code, answer.text) == (404, "Not found.")
    assert signed_in(None).get(f"{papers['invoice']}?version=1").status_code == 303


def test_whoever_has_the_file_is_told_that_it_is_the_one(signed_in, papers, people):
    """Its hash is the ETag; nobody keeps it on the way (case 49)."""
    browser = signed_in(people["Dana"])
    answer = browser.get(papers["invoice"])
    etag = answer.headers["etag"]
    assert etag == f'"{sha256(answer.content).hexdigest()}"'
    for sent in (etag, f"W/{etag}", f'"x", {etag}'):
        again = browser.get(papers["invoice"], headers={"If-None-Match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["cache-control"]) == (etag, "no-store")
    assert browser.get(papers["invoice"], headers={"If-None-Match": '"x"'}).status_code == 200
    stranger = signed_in(people["Northwind"])
    assert stranger.get(papers["invoice"], headers={"If-None-Match": etag}).status_code == 404


ENDS = {
    "signed out": ("Dana", update(LoginSession).values(ended_at=clock.now())),
    "expired": ("Dana", update(LoginSession).values(expires_at=clock.now())),
    "portal closed": ("Dana", update(Company).values(portal_enabled=False)),
    "plan without a portal": ("Dana", update(Company).values(plan=Plan.STARTER)),
    "deactivated": ("Tom, technician", update(Staff).values(deactivated_at=clock.now())),
}


@pytest.mark.parametrize("why", ENDS)
def test_a_kept_paper_is_handed_to_nobody_whose_access_has_ended(signed_in, papers, people, why):
    """Case 35: kept, and just handed out; the next request finds out, with its hash as well."""
    name, change = ENDS[why]
    browser = signed_in(people[name])
    for _ in range(2):
        answer = browser.get(papers["invoice"])
        assert answer.status_code == 200
    with unit_of_work() as session:
        session.connection().execute(change)
    for headers in ({}, {"If-None-Match": answer.headers["etag"]}):
        again = browser.get(papers["invoice"], headers=headers, follow_redirects=False)
        assert again.status_code in (303, 403, 404) and b"%PDF" not in again.content


def test_the_office_hears_of_a_new_version_once(signed_in, papers, people, rung, company):
    browser = signed_in(people["Maya, owner"])
    rung.clear()
    for _ in range(2):
        browser.get(papers["invoice"])
    assert rung == [{f"company:{company.id}"}]
    browser.get(papers["draft"])
    assert len(rung) == 1, "a draft has no versions"


def test_a_number_cannot_break_the_header(signed_in, company, dana):
    """Case 43: it is the company's to choose."""
    invoice = write_invoice(company, dana, number='A"1/\r\nSet-Cookie: x=1; ü')
    answer = signed_in(dana).get(f"/documents/invoices/{invoice.id}.pdf")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"].count('"') == 2


def test_a_statement_is_the_signed_in_customers_own(signed_in, papers, people, company):
    """Case 35: whoever is no customer of the company has none, and nobody has another's."""
    path = "/documents/statement.pdf?period=all"
    answer = signed_in(people["Dana"]).get(path)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    words = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "Statement" in words and "Invoice INV-0042" in words and "INV-0043" not in words
    strangers = PdfReader(io.BytesIO(signed_in(people["Northwind"]).get(path).content))
    assert "INV-0042" not in strangers.pages[0].extract_text()
    missing = signed_in(people["Maya, owner"]).get(path)
    assert (missing.status_code, missing.text) == (404, "Not found.")
    assert signed_in(None).get(path).headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    "query",
    [
        "period=' OR 1=1 --",
        "from=2026-11-02",
        "from=2026-11-03&to=2026-11-02",
        "from=%00&to=%ff",
        "from=9999-12-31&to=9999-12-31",
        f"from={'0' * 5_000}&to=2026-11-02",
    ],
)
def test_days_that_make_no_statement_are_said_plainly(signed_in, dana, query):
    answer = signed_in(dana).get(f"/documents/statement.pdf?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert "day" in answer.text and len(answer.text) < 200


def test_both_faces_lead_to_a_refunds_receipt(papers, people, company):
    """From the payment's history, from the invoice, and from the office's page of it."""
    dana, maya = (people[name] for name in ("Dana", "Maya, owner"))
    theirs = Scope("customer", company.id, dana.id, None)
    (payment,) = list_customer_payments(theirs, MomentQuery()).rows
    assert [each.receipt_url for each in payment.since] == [papers["refund"]]
    invoice_id = papers["invoice"].rpartition("/")[2].removesuffix(".pdf")
    shown = show_customer_invoice(theirs, invoice_id)
    assert papers["refund"] in [each.receipt_url for each in shown.payments]
    office = show_staff_invoice(Scope("staff", company.id, None, maya.role), invoice_id)
    assert [one.receipt_url for row in office.payments for one in row.refunds] == [papers["refund"]]


def test_a_customers_look_at_the_pdf_is_noted_once_a_visit(
    any_database, clock, signed_in, papers, people, rung
):
    """By GET alone, of an issued invoice, and never staff's."""
    dana, maya = signed_in(people["Dana"]), signed_in(people["Maya, owner"])
    for browser in (maya, dana):
        browser.head(papers["invoice"])
    maya.get(papers["invoice"])
    assert books.rows(InvoiceOpen) == []
    for minutes, times in ((0, 1), (9, 1), (2, 2), (3, 2)):
        clock.move(minutes=minutes)
        dana.get(papers["invoice"])
        (seen,) = books.rows(InvoiceOpen)
        assert (seen.how, seen.times) == (How.PDF, times)
    dana.get(papers["receipt"])
    assert len(books.rows(InvoiceOpen)) == 1
