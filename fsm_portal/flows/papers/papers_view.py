"""An invoice's document as the office's page shows it: its versions, and what it cannot print."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.paper import PaperKind
from fsm_portal.flows.papers.versions import Version, versions_of
from fsm_portal.gateways import formats, pdf

# As many characters as are named one by one.
_NAMED = 8


@dataclass(frozen=True)
class VersionView:
    """``sha256`` is the whole hash, ``short`` how it begins; ``note`` says when it was drawn."""

    id: str
    title: str
    note: str
    short: str
    sha256: str
    url: str


@dataclass(frozen=True)
class PapersView:
    """``versions`` are the newest first; ``missing`` is a sentence, empty where all is printed."""

    heading: str = ""
    versions: tuple[VersionView, ...] = ()
    missing: str = ""


NO_PAPERS = PapersView()


def papers_view(
    session: Session, company: Company, invoice: Invoice, texts: Iterable[str]
) -> PapersView:
    """``texts`` are the words on a draft: nothing of it is kept, and it is told beforehand."""
    if invoice.issued_at is None:
        return PapersView(missing=_missing(pdf.unprintable("\n".join(texts))))
    found = versions_of(session, company.id, PaperKind.INVOICE, invoice.id)
    if not found:
        return NO_PAPERS
    return PapersView(
        heading="1 version of the PDF" if len(found) == 1 else f"{len(found)} versions of the PDF",
        versions=tuple(_version(company, invoice, one) for one in found),
        missing=_missing(found[0].missing),
    )


def _version(company: Company, invoice: Invoice, one: Version) -> VersionView:
    return VersionView(
        id=str(one.version),
        title=f"Version {one.version}",
        note=formats.moment(one.drawn_at, company.time_zone, company.locale),
        short=one.sha256[:8],
        sha256=one.sha256,
        url=f"/documents/invoices/{invoice.id}.pdf?version={one.version}",
    )


def _missing(characters: Iterable[str]) -> str:
    found = [f"{each} (U+{ord(each):04X})" for each in characters]
    if not found:
        return ""
    named = ", ".join(found[:_NAMED])
    if len(found) > _NAMED:
        named += f" and {len(found) - _NAMED} more"
    return f"On the PDF a box stands in place of {named}."
