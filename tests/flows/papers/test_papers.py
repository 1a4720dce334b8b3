"""An issued document is drawn once, kept with its hash, and handed out as it is kept."""

from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.paper import PaperContent, PaperKind, StoredPaper
from fsm_portal.flows.invoicing.credit_invoice import Asked, credit_invoice
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.invoicing.void_invoice import void_invoice
from fsm_portal.flows.papers import drawing
from fsm_portal.flows.papers.drawing import gather
from fsm_portal.flows.papers.facts import facts_sha256
from fsm_portal.flows.papers.paper_of import NoPaper, paper_of
from fsm_portal.flows.papers.standing import standing
from fsm_portal.flows.papers.versions import version_for
from tests import cast
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.invoices import write_invoice
from tests.money_back import refunded
from tests.payments import checkout, received

_paper, _content = table_of(StoredPaper), table_of(PaperContent)


def of_invoice(invoice):
    return paper_of(invoice.company_id, PaperKind.INVOICE, invoice.id)


def versions() -> list[StoredPaper]:
    with reading() as session:
        return list(session.exec(select(StoredPaper).order_by(StoredPaper.version)))


@pytest.fixture
def nobody_draws(monkeypatch):
    """``nobody_draws()``: from here on whoever draws anything fails."""

    def stop():
        monkeypatch.setattr(drawing.pdf, "draw", lambda _: pytest.fail("it was drawn again"))

    return stop


@pytest.fixture
def subjects(owner, company, dana, invoice):
    """One paper of each kind: its kind and its subject's id."""
    payment = received(checkout(invoice, amount=10_000))
    refund = refunded(payment, 4_000)
    credit_invoice(owner, invoice.id, Asked(new_id(), "12.00", "Late"))
    (note, *_) = [each for each in books.rows(CreditNote) if each.refund_id is None]
    return {
        PaperKind.INVOICE: invoice.id,
        PaperKind.CREDIT_NOTE: note.id,
        PaperKind.RECEIPT: payment.id,
        PaperKind.REFUND: refund.id,
    }


@pytest.mark.parametrize("kind", PaperKind)
def test_a_paper_is_drawn_once_and_handed_out_as_it_is_kept(
    any_database, company, subjects, nobody_draws, kind
):
    first = paper_of(company.id, kind, subjects[kind])
    assert first.content.startswith(b"%PDF-") and first.sha256 == sha256(first.content).hexdigest()
    assert (first.version, first.is_new) == (1, True)
    (row,) = versions()
    assert (row.sha256, row.size, row.missing) == (first.sha256, len(first.content), "")
    nobody_draws()
    assert paper_of(company.id, kind, subjects[kind]) == replace(first, is_new=False)
    assert len(versions()) == 1


@pytest.mark.parametrize("kind", PaperKind)
def test_the_same_facts_make_the_same_bytes(company, subjects, kind, clock):
    """Whenever, and whoever draws it."""
    with reading() as session:
        gathered = gather(session, company.id, kind, subjects[kind])
    clock.move(days=400)
    with reading() as session:
        again = gather(session, company.id, kind, subjects[kind])
    assert facts_sha256(gathered.document) == facts_sha256(again.document)
    assert gathered.draw() == again.draw()


def _pays(_owner, invoice):
    received(checkout(invoice, amount=1_000))


def _credits(owner, invoice):
    credit_invoice(owner, invoice.id, Asked(new_id(), "1.00"))


def _voids(owner, invoice):
    void_invoice(owner, invoice.id)


def _of_company(**fields):
    return lambda _owner, invoice: _put(Company, invoice.company_id, fields)


def _of_customer(**fields):
    return lambda _owner, invoice: _put(Customer, (invoice.company_id, invoice.customer_id), fields)


def _put(table, key, fields):
    with unit_of_work() as session:
        row = session.get_one(table, key)
        for name, value in fields.items():
            setattr(row, name, value)
        session.add(row)


CHANGES = {
    "a payment": _pays,
    "a credit note": _credits,
    "it is void": _voids,
    "the customer moves": _of_customer(address="1 New Street\nNew York"),
    "the customer reads German": _of_customer(locale="de_DE"),
    "the company is called otherwise": _of_company(name="Brighter Heating Co."),
    "another colour": _of_company(brand_color="#aa3300"),
    "other terms": _of_company(terms="Pay by Friday."),
    "no portal": _of_company(portal_enabled=False),
}
"""What becomes of an unpaid invoice, each of which its paper shows."""


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_a_new_version_and_the_old_one_stays(any_database, owner, invoice, change):
    """Case 44: whoever asks gets what is true now."""
    before = of_invoice(invoice)
    CHANGES[change](owner, invoice)
    after = of_invoice(invoice)
    assert (after.version, after.is_new) == (2, True) and after.content != before.content
    assert [each.sha256 for each in versions()] == [before.sha256, after.sha256]
    assert of_invoice(invoice) == replace(after, is_new=False)


@pytest.mark.parametrize(
    "change",
    [
        _of_customer(phone="+1 212 555 0199"),
        _of_company(next_invoice_number=99),
        _of_company(time_zone="America/Chicago"),
    ],
    ids=["a phone", "a number", "a time zone"],
)
def test_what_the_paper_does_not_show_makes_no_version(
    any_database, owner, invoice, change, nobody_draws
):
    before = of_invoice(invoice)
    change(owner, invoice)
    nobody_draws()
    assert of_invoice(invoice) == replace(before, is_new=False)
    assert len(versions()) == 1
    with reading() as session:
        found = standing(session, invoice.company_id, PaperKind.INVOICE, invoice.id)
    assert found.is_current, "the next reader looks no further"


def test_what_is_as_it_was_is_another_version_of_the_same_bytes(any_database, owner, invoice):
    first = of_invoice(invoice)
    CHANGES["another colour"](owner, invoice)
    of_invoice(invoice)
    _of_company(brand_color=cast.bright_heating().brand_color)(owner, invoice)
    third = of_invoice(invoice)
    assert third.version == 3 and third.sha256 == first.sha256
    assert len(books.rows(PaperContent)) == 2


def test_a_draft_is_not_kept(any_database, company, dana):
    draft = write_invoice(company, dana, number="INV-0043", issued=False)
    paper = of_invoice(draft)
    assert paper.content.startswith(b"%PDF-") and (paper.version, paper.is_new) == (0, False)
    assert not versions()


@pytest.mark.parametrize("kind", PaperKind)
def test_what_is_not_there_has_no_paper(company, other_company, subjects, kind):
    """Case 35: of another company's subject no more than of none."""
    for whose, of in ((company, "0" * 32), (other_company, subjects[kind])):
        with pytest.raises(NoPaper):
            paper_of(whose.id, kind, of)
    assert not versions()


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_came_back_has_a_receipt_that_says_so(company, invoice, status):
    """Case 8."""
    payment = received(checkout(invoice))
    refund = refunded(payment, 4_000)
    before = paper_of(company.id, PaperKind.REFUND, refund.id)
    refunded(payment, 4_000, status, again=refund.stripe_refund_id)
    assert paper_of(company.id, PaperKind.REFUND, refund.id).sha256 != before.sha256


def test_what_no_font_has_is_told_with_the_version(any_database, owner, invoice):
    _of_customer(contact="Dana \U00013080")(owner, invoice)
    assert of_invoice(invoice).missing == "\U00013080" == of_invoice(invoice).missing


def test_the_database_lets_nobody_change_what_was_issued(any_database, invoice):
    paper = of_invoice(invoice)
    as_kept = versions()[0].model_dump()
    statements = [
        update(_paper).values(sha256="0" * 64),
        update(_paper).values(version=2),
        update(_paper).values(drawn_at=now()),
        update(_content).values(content=b"something else"),
        delete(_paper),
        delete(_content),
    ]
    if any_database.dialect.name == "postgresql":
        statements += [text("TRUNCATE paper"), text("TRUNCATE paper_content CASCADE")]
    else:
        statements += [text("UPDATE OR REPLACE paper_content SET content = x'00'")]
    for statement in statements:
        with pytest.raises(DBAPIError), unit_of_work() as session:
            session.connection().execute(statement)
    if any_database.dialect.name == "sqlite":
        with unit_of_work() as session:
            session.connection().execute(
                text("INSERT OR REPLACE INTO paper_content VALUES (:company_id, :sha256, x'00')"),
                {"company_id": invoice.company_id, "sha256": paper.sha256},
            )
    assert of_invoice(invoice).content == paper.content
    assert [each.model_dump() for each in versions()] == [as_kept]


def test_a_letter_carries_the_version_of_its_moment(owner, invoice, postbox):
    """What the customer was mailed stays to be shown, byte for byte."""
    send_invoice(owner, invoice.id)
    work_off_everything()
    (letter,) = postbox.letters()
    received(checkout(invoice))
    assert of_invoice(invoice).version == 2
    as_sent = version_for(owner.scope, PaperKind.INVOICE, invoice.id, 1)
    assert as_sent.content == postbox.attachment(letter)
    assert as_sent.name == "INV-0042 (version 1).pdf"
