"""A real merchant's half year, imported as an office would, and a company with the start of it."""

import csv
import gzip
from pathlib import Path

from bench.company_history import count_rows, owner_of
from bench.portal_on import portal_on
from fsm_portal import db
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.importing.import_invoices import import_invoices
from fsm_portal.flows.importing.mapping import load_mapping
from tests import cast

# Of the first so many invoices of the file, and of all.
PART, ALL = 1_000, 0


def write_merchants(database: Path, file: Path) -> dict[int, Identity]:
    """Both in a new SQLite file, which ``file`` ("Online Retail II", gzipped) is imported into."""
    beginning = database.with_suffix(".beginning.csv")
    _write_beginning(file, beginning)
    owners: dict[int, Identity] = {}
    mapping = load_mapping("online-retail-ii")
    with portal_on(database):
        metadata.create_all(db.engine())
        for count, source in ((PART, beginning), (ALL, file)):
            about = {"slug": f"merchant-{count}", "stripe_account_id": f"acct_merchant{count}"}
            company = cast.save(cast.clearwater_plumbing(**about))
            owners[count] = owner_of(cast.save(cast.priya(company)))
            refused = database.with_suffix(".refused.csv")
            import_invoices(source, company.id, mapping, refused_path=refused)
        count_rows()
    return owners


def _write_beginning(file: Path, to: Path) -> None:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as source:
        header, *lines = csv.reader(source)
    numbers: dict[str, None] = {}
    for line in lines:
        if line[0].isdigit() and line[6]:
            numbers[line[0]] = None
    kept = set(list(numbers)[:PART])
    with to.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([header, *(line for line in lines if line[0] in kept)])
