"""An import from a page: columns guessed, rows shown as they would be, landed once, or refused."""

import csv
import gzip
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError
from types import SimpleNamespace

import pytest
from sqlalchemy import event
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.import_run import ImportRun
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.job import Job
from fsm_portal.domain.staff import Role
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.importing import run_import as running
from fsm_portal.flows.importing import uploads
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.refused_download import refused_of
from fsm_portal.flows.importing.run_import import begin_import, run_import
from fsm_portal.flows.importing.show_import import RunView, show_import
from fsm_portal.flows.importing.uploads import MOST_BYTES, choose, keep_file
from fsm_portal.flows.prune import prune
from fsm_portal.flows.settings.taxes import archive_rate
from tests import cast

STRIPE_CUSTOMERS = (
    "id,Description,Email,Name,Created (UTC),Delinquent,Currency,Phone,Address Country\n"
    "cus_1,,lee@ash.example,Ash & Lee,2026-01-02 10:00,false,usd,+1 212 555 0100,US\n"
    "cus_2,,not an address,Bad Row,2026-01-02 10:00,false,usd,,US\n"
    "cus_3,,,Cedar House,2026-01-02 10:00,false,usd,,CA\n"
)
STRIPE_INVOICES = (
    "id,Amount Due,Currency,Customer,Customer Email,Customer Name,Date (UTC),Number,Status\n"
    "in_1,280.00,usd,cus_1,lee@ash.example,Ash & Lee,2026-11-02 15:04,ASH-0001,open\n"
    "in_2,99.00,usd,cus_1,lee@ash.example,Ash & Lee,2026-11-03 15:04,ASH-0002,paid\n"
    "in_3,50.00,eur,cus_1,lee@ash.example,Ash & Lee,2026-11-04 15:04,ASH-0003,open\n"
)
QUICKBOOKS_INVOICES = (
    "Date,Transaction Type,Num,Customer,Memo/Description,Qty,Sales Price,Amount\n"
    '11/02/2026,Invoice,1001,Ash & Lee,Boiler service,2,"1,250.00","2,500.00"\n'
    "11/02/2026,Invoice,1001,Ash & Lee,Filter,1,18.50,18.50\n"
)
QUICKBOOKS_CUSTOMERS = (
    "Customer,Phone Numbers,Email,Billing Address\n"
    'Ash & Lee,Phone: 555,lee@ash.example,"1 High St, New York"\n'
)
JOBS = (
    "Customer;Title;Day;Completed\n"
    "Harbor View Apartments;Boiler service;17.11.2026;no\n"
    "dana@harborview.example;Filter;02.11.2026;yes\n"
    "Nobody;Filter;02.11.2026;yes\n"
)


@pytest.fixture
def who(company, maya, clock) -> Identity:
    return Identity("staff", company.id, maya.id, new_id(), maya.name, maya.email, maya.role)


def shown(who: Identity, run_id: str) -> RunView:
    return show_import(who.scope, run_id).run


def landed(who: Identity, kind: str, text: str, name: str = "export.csv") -> RunView:
    run_id = keep_file(who, kind, name, text.encode())
    assert begin_import(who, run_id)
    run_import(who, run_id, lambda topics: None)
    return shown(who, run_id)


def rows(model):
    with reading() as session:
        return session.exec(select(model)).all()


def test_stripes_customers_are_known_as_they_come(any_database, who):
    run = shown(who, keep_file(who, "customers", "customers.csv", STRIPE_CUSTOMERS.encode()))
    assert run.source == "Stripe" and run.problem == ""
    assert {one.name: one.header for one in run.columns if one.header} == {
        "name": "Name",
        "other_name": "Description",
        "reference": "id",
        "email": "Email",
        "phone": "Phone",
        "country": "Address Country",
    }
    assert [(row.line, row.title, bool(row.problem)) for row in run.preview] == [
        ("2", "Ash & Lee", False),
        ("3", "cus_2, not an address, Bad Row, 2026-01-02 10:00, false, usd, US", True),
        ("4", "Cedar House", False),
    ]
    # Nothing has landed by being looked at.
    assert rows(Customer) == []


def test_an_import_run_twice_doubles_nothing(any_database, who):
    first = landed(who, "customers", STRIPE_CUSTOMERS)
    assert (first.state, first.landed, first.refused) == (
        "done",
        ("2 customers",),
        "1 line refused",
    )
    again = landed(who, "customers", STRIPE_CUSTOMERS)
    assert again.landed == ("0 customers",)
    assert again.present == "2 were there already and were left as they are"
    assert sorted(one.name for one in rows(Customer)) == ["Ash & Lee", "Cedar House"]


@pytest.mark.parametrize("again", ["Élodie Ångström", "ÉLODIE ÅNGSTRÖM", "élodie ångström"])
def test_letters_beyond_a_to_z_are_found_again(any_database, who, again):
    assert landed(who, "customers", "Name\nÉlodie Ångström\n").landed == ("1 customer",)
    assert landed(who, "customers", f"Name\n{again}\n").landed == ("0 customers",)
    text = f"Customer;Title;Day;Completed\n{again};Boiler service;17.11.2026;no\n"
    assert landed(who, "jobs", text).landed == ("1 job",)


def test_two_lines_of_one_customer_land_once(any_database, who):
    text = "Name,Email\nAsh,lee@ash.example\nAsh again,LEE@ash.example\n"
    assert landed(who, "customers", text).landed == ("1 customer",)


def test_what_was_refused_can_be_mended_and_imported(any_database, who):
    run = landed(who, "customers", STRIPE_CUSTOMERS)
    name, content = refused_of(who, run.id) or ("", b"")
    (refused,) = csv.DictReader(io.StringIO(content.decode()))
    assert (name, refused["refused_line"]) == ("refused-customers.csv", "3")
    assert "not one address" in refused["refused_reason"]
    mended = content.decode().replace("not an address", "bo@bad.example")
    assert landed(who, "customers", mended).landed == ("1 customer",)


def test_of_stripes_invoices_only_what_is_owed_lands(any_database, who):
    run = landed(who, "invoices", STRIPE_INVOICES)
    assert run.landed == ("1 invoice of 280.00 USD", "1 new customer")
    assert sorted(run.reasons) == [
        "In another currency: 1",
        "Nothing is owed on it any more: 1",
    ]
    (invoice,) = rows(Invoice)
    assert (invoice.number, invoice.total) == ("ASH-0001", 28_000)
    assert landed(who, "invoices", STRIPE_INVOICES).present.startswith("1 were there already")


def test_quickbooks_invoices_with_their_thousands(any_database, who):
    run = shown(who, keep_file(who, "invoices", "qb.csv", QUICKBOOKS_INVOICES.encode()))
    assert (run.source, run.dates) == ("QuickBooks", "%m/%d/%Y")
    (row,) = run.preview
    assert row.text == "Ash & Lee · Nov 2, 2026 · $2,518.50 · 2 lines"
    landed(who, "invoices", QUICKBOOKS_INVOICES)
    assert [one.total for one in rows(Invoice)] == [251_850]


def test_a_comma_that_may_be_a_point_is_refused(any_database, who):
    text = QUICKBOOKS_INVOICES.replace('"1,250.00"', '"3,75"')
    run = landed(who, "invoices", text)
    assert rows(Invoice) == [] and run.refused == "2 lines refused"


def test_quickbooks_customers(any_database, who):
    landed(who, "customers", QUICKBOOKS_CUSTOMERS)
    (one,) = rows(Customer)
    assert (one.name, one.email, one.address) == (
        "Ash & Lee",
        "lee@ash.example",
        "1 High St, New York",
    )


@pytest.mark.parametrize("text", [QUICKBOOKS_INVOICES, STRIPE_INVOICES], ids=["name", "address"])
def test_invoices_go_to_the_customer_who_is_here_already(any_database, who, text):
    """Brought by a list of customers or written by the office: known by no id of the file."""
    landed(who, "customers", QUICKBOOKS_CUSTOMERS.replace("lee@", "Lee@"))
    (one,) = rows(Customer)
    assert landed(who, "invoices", text).landed[0].startswith("1 invoice")
    assert [customer.id for customer in rows(Customer)] == [one.id]
    assert [invoice.customer_id for invoice in rows(Invoice)] == [one.id]
    assert landed(who, "invoices", text).present.startswith("1 were there already")


def test_of_two_who_share_an_address_an_invoice_is_of_neither(any_database, who):
    for name in ("Ash", "Lee"):
        cast.save(Customer(company_id=who.company_id, name=name, email="lee@ash.example"))
    landed(who, "invoices", STRIPE_INVOICES)
    (invoice,) = rows(Invoice)
    buyer = next(one for one in rows(Customer) if one.id == invoice.customer_id)
    assert buyer.reference == "cus_1"


@pytest.mark.parametrize("header", ["Invoice No", "Invoice no.", "Invoice #", "invoice_number"])
def test_an_invoices_number_is_known_by_what_programs_call_it(any_database, who, header):
    text = QUICKBOOKS_INVOICES.replace("Num", header)
    run = shown(who, keep_file(who, "invoices", "own.csv", text.encode()))
    assert run.preview[0].title == "1001"


def test_jobs_go_to_the_customer_they_name(any_database, who, dana):
    run = landed(who, "jobs", JOBS)
    assert run.landed == ("2 jobs",) and run.reasons == ("Customer not clear: 1",)
    upcoming, done = sorted(rows(Job), key=lambda job: job.completed_at is not None)
    assert {upcoming.customer_id, done.customer_id} == {dana.id}
    assert upcoming.starts_at == datetime(2026, 11, 17, 5, tzinfo=UTC)
    # Again, with the line above it by which Excel is told how it is separated.
    again = landed(who, "jobs", f"\ufeffsep=;\n{JOBS}")
    assert again.landed == ("0 jobs",) and again.reasons == run.reasons


def test_columns_can_be_chosen_otherwise(any_database, who):
    run_id = keep_file(who, "customers", "x.csv", b"A,B\nAsh,lee@ash.example\n")
    assert shown(who, run_id).problem == "Choose the column for: Name."
    choose(who, run_id, "name", "A")
    choose(who, run_id, "email", "B")
    choose(who, run_id, "email", "no such header")
    choose(who, run_id, "no such field", "A")
    run = shown(who, run_id)
    assert run.problem == "" and run.preview[0].text == "lee@ash.example"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "Excel"),
        (b"\xff\xfea\0", "UTF-8"),
        (b"a,b\n\0", "UTF-8"),
        (b"x" * (MOST_BYTES + 1), "10 MB"),
        (b",,\n1,2,3\n", "first line"),
    ],
)
def test_what_is_no_csv_is_told_in_a_sentence(database, who, content, words):
    with pytest.raises(CannotImport, match=words):
        keep_file(who, "customers", "x.csv", content)
    with pytest.raises(CannotImport, match="Say whether"):
        keep_file(who, "secrets", "x.csv", b"a\n1\n")


def test_a_file_of_an_old_program_is_read_too(any_database, who):
    landed(who, "customers", "Name\n")
    run_id = keep_file(who, "customers", "x.csv", "Name,City\nCafé,Köln\n".encode("cp1252"))
    assert shown(who, run_id).preview[0].title == "Café"


def test_nobody_else_sees_a_file_or_imports_it(any_database, who, company, other_company):
    """Cases 34 and 37."""
    run_id = keep_file(who, "customers", "x.csv", STRIPE_CUSTOMERS.encode())
    theirs = cast.save(cast.maya(other_company, email="ann@clearwater.example"))
    stranger = Identity(
        "staff", other_company.id, theirs.id, new_id(), "Ann", theirs.email, theirs.role
    )
    tom = Identity("staff", company.id, who.person_id, new_id(), "Tom", "t@x", Role.TECHNICIAN)
    for other in (stranger, tom):
        assert show_import(other.scope, run_id).run.id == ""
        assert not begin_import(other, run_id) and refused_of(other, run_id) is None
        choose(other, run_id, "name", "Email")
    with pytest.raises(CannotImport):
        keep_file(tom, "customers", "x.csv", b"Name\nAsh\n")
    assert shown(who, run_id).columns[0].header == "Name"


def test_what_runs_is_begun_once_until_it_falls_silent(any_database, who, clock):
    run_id = keep_file(who, "customers", "x.csv", STRIPE_CUSTOMERS.encode())
    assert begin_import(who, run_id) and not begin_import(who, run_id)
    clock.move(minutes=2)
    assert begin_import(who, run_id)


def test_pressed_twice_at_once_it_is_begun_once(any_database, who, monkeypatch):
    run_id = keep_file(who, "customers", "x.csv", STRIPE_CUSTOMERS.encode())
    both, is_running = Barrier(2), running.is_running

    def look(run):
        with suppress(BrokenBarrierError):
            both.wait(0.5)
        return is_running(run)

    monkeypatch.setattr(running, "is_running", look)
    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(lambda _: begin_import(who, run_id), range(2))) == [False, True]


def test_what_is_imported_is_neither_changed_nor_imported_again(any_database, who):
    run = landed(who, "customers", STRIPE_CUSTOMERS)
    assert choose(who, run.id, "name", "Email") == frozenset()
    assert not begin_import(who, run.id)
    assert shown(who, run.id) == run and run.state == "done"


def test_what_broke_off_is_begun_again(any_database, who, monkeypatch):
    run_id = keep_file(who, "customers", "x.csv", STRIPE_CUSTOMERS.encode())
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(running, "import_table", lambda *about, **more: 1 / 0)
        assert begin_import(who, run_id)
        run_import(who, run_id, lambda topics: None)
    assert "press Import again" in shown(who, run_id).broken
    assert begin_import(who, run_id)
    run_import(who, run_id, lambda topics: None)
    assert shown(who, run_id).landed == ("2 customers",)


def test_how_far_it_is_concerns_its_own_page(any_database, who, company, monkeypatch):
    """Every page of the office would be read anew three times a second."""
    monkeypatch.setattr(running, "_EVERY", 0)
    run_id = keep_file(who, "customers", "x.csv", STRIPE_CUSTOMERS.encode())
    its = f"import:{company.id}:{run_id}"
    assert choose(who, run_id, "phone", "") == {its}
    rung = []
    assert begin_import(who, run_id)
    in_the_end = run_import(who, run_id, rung.append)
    assert rung and set().union(*rung) == {its}
    assert in_the_end == {its, f"company:{company.id}"}


def test_the_page_reads_as_much_of_the_file_as_it_shows(any_database, who):
    """It is read anew with every payment of the company: here of a file that is cut off half-way,
    and not at all once it is imported."""
    people = "".join(f"{new_id()},{new_id()}@ash.example\n" for _ in range(2_000))
    run_id = keep_file(who, "customers", "x.csv", f"Name,Email\n{people}".encode())
    with unit_of_work() as session:
        run = session.get_one(ImportRun, (who.company_id, run_id))
        run.content = run.content[: len(run.content) // 2]
        session.add(run)
    assert len(shown(who, run_id).preview) == 8
    with unit_of_work() as session:
        run = session.get_one(ImportRun, (who.company_id, run_id))
        run.state, run.report = "done", '{"landed": ["2,000 customers"]}'
        session.add(run)
    read = []
    event.listen(any_database, "before_cursor_execute", lambda *said: read.append(said[2]))
    assert shown(who, run_id).landed == ("2,000 customers",)
    ours = [statement for statement in read if "import_run" in statement]
    assert ours and not [one for one in ours if "import_run.content" in one]


def test_nothing_is_packed_while_others_wait_to_write(who, monkeypatch):
    """SQLite has one writer: a payment waits for whoever writes."""
    monkeypatch.setattr(running, "_EVERY", 0)
    writes, packed = [], []
    for room in (uploads, running):
        real_unit, real_pack = room.unit_of_work, gzip.compress

        @contextmanager
        def unit(real=real_unit):
            with real() as session:
                writes.append(1)
                try:
                    yield session
                finally:
                    writes.pop()

        def pack(content, *more, real=real_pack):
            packed.append(len(writes))
            return real(content, *more)

        monkeypatch.setattr(room, "unit_of_work", unit)
        monkeypatch.setattr(room, "gzip", SimpleNamespace(compress=pack, open=gzip.open))
    landed(who, "customers", STRIPE_CUSTOMERS)
    assert packed == [0, 0]


def test_an_import_stands_in_the_audit_log_and_its_file_is_forgotten(any_database, who, clock):
    landed(who, "customers", STRIPE_CUSTOMERS, "stripe.csv")
    assert [(one.deed, one.words) for one in rows(AuditEntry)] == [
        ("uploaded a file", "stripe.csv, to import customers"),
        (
            "imported",
            "customers from stripe.csv: 2 customers landed; 0 were there already; 1 line refused",
        ),
    ]
    (run,) = rows(ImportRun)
    assert gzip.decompress(run.content) == STRIPE_CUSTOMERS.encode()
    clock.move(days=8)
    prune()
    assert rows(ImportRun) == []


def test_a_customers_eyes_are_turned_away(database, company, dana):
    from fsm_portal.flows.staff_desk import NotStaff

    with pytest.raises(NotStaff):
        show_import(Scope("customer", company.id, dana.id, None), "")


def test_of_two_rates_of_one_name_the_chosen_one_is_charged(any_database, who, company):
    """Shown in the first rows as it is charged then, whichever of the two it is."""
    low, high = (
        cast.save(TaxRate(company_id=company.id, name="VAT", rate_ppm=ppm))
        for ppm in (50_000, 200_000)
    )
    text = "Number,Customer,Date,Price\n{},Ash & Lee,2026-11-02,100.00\n"
    for rate, number, total in ((low, "A-1", "105.00"), (high, "A-2", "120.00")):
        run_id = keep_file(who, "invoices", "x.csv", text.format(number).encode())
        assert [(one.id, one.label) for one in shown(who, run_id).tax_rates] == [
            (low.id, "VAT 5%"),
            (high.id, "VAT 20%"),
        ]
        choose(who, run_id, "tax_rate", rate.id)
        assert total in shown(who, run_id).preview[0].text
        assert begin_import(who, run_id)
        run_import(who, run_id, lambda topics: None)
    assert {one.number: one.total for one in rows(Invoice)} == {"A-1": 10_500, "A-2": 12_000}


def test_a_rate_that_is_charged_no_longer_is_chosen_anew(any_database, who, company):
    rate = cast.save(TaxRate(company_id=company.id, name="VAT", rate_ppm=50_000))
    text = "Number,Customer,Date,Price\nA-1,Ash & Lee,2026-11-02,100.00\n"
    run_id = keep_file(who, "invoices", "x.csv", text.encode())
    choose(who, run_id, "tax_rate", rate.id)
    archive_rate(who, rate.id)
    assert shown(who, run_id).problem == "This tax rate is no longer charged: choose another one."
    assert begin_import(who, run_id)
    run_import(who, run_id, lambda topics: None)
    assert rows(Invoice) == []
