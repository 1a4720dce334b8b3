"""The office sees which versions of a PDF were issued, and what none of them can print."""

from fsm_portal.domain.paper import PaperKind
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.papers.paper_of import paper_of
from fsm_portal.flows.papers.papers_view import NO_PAPERS
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, received

GLYPHLESS = "\U00013080"


def of_invoice(invoice):
    return paper_of(invoice.company_id, PaperKind.INVOICE, invoice.id)


def test_versions_are_listed_the_newest_first(any_database, clock, owner, invoice):
    assert show_staff_invoice(owner.scope, invoice.id).papers == NO_PAPERS
    first = of_invoice(invoice)
    clock.move(hours=2)
    received(checkout(invoice))
    second = of_invoice(invoice)
    papers = show_staff_invoice(owner.scope, invoice.id).papers
    assert papers.heading == "2 versions of the PDF" and papers.missing == ""
    assert [(one.title, one.sha256) for one in papers.versions] == [
        ("Version 2", second.sha256),
        ("Version 1", first.sha256),
    ]
    newest = papers.versions[0]
    assert newest.short == second.sha256[:8] and "11:00" in newest.note
    assert newest.url == f"/documents/invoices/{invoice.id}.pdf?version=2"


def test_what_cannot_be_printed_is_told_before_a_draft_is_sent(company, dana, owner):
    draft = write_invoice(
        company,
        dana,
        number="INV-0043",
        issued=False,
        lines=((f"Sign {GLYPHLESS}, fitted", "1", "1000"),),
    )
    papers = show_staff_invoice(owner.scope, draft.id).papers
    assert papers.missing == f"On the PDF a box stands in place of {GLYPHLESS} (U+13080)."
    assert papers.versions == ()


def test_and_afterwards_with_the_version_that_was_issued(company, dana, owner, invoice):
    dana.contact = f"Dana {GLYPHLESS}"
    cast.save(dana)
    of_invoice(invoice)
    assert "U+13080" in show_staff_invoice(owner.scope, invoice.id).papers.missing


def test_many_are_counted(company, dana, owner):
    many = "".join(chr(0x13000 + n) for n in range(12))
    draft = write_invoice(
        company, dana, number="INV-0043", issued=False, lines=((many, "1", "1000"),)
    )
    missing = show_staff_invoice(owner.scope, draft.id).papers.missing
    assert missing.endswith(" and 4 more.") and missing.count("U+") == 8
