"""Jobs: planned by the office, done by whoever goes there, cancelled, listed by day."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import AuditEntry, Deed
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.job import Job
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.jobs import called as jobs_called
from fsm_portal.flows.jobs.finish_job import CannotFinish, cancel_job, complete_job, reopen_job
from fsm_portal.flows.jobs.list_customer_jobs import list_customer_jobs
from fsm_portal.flows.jobs.list_jobs import PAGE, JobListView, job_query, list_jobs
from fsm_portal.flows.jobs.new_job import new_job_query, show_new_job
from fsm_portal.flows.jobs.save_job import CannotSaveJob, JobWords, create_job, edit_job
from fsm_portal.flows.jobs.show_job import show_job
from fsm_portal.flows.keyset import moment_query
from tests import cast
from tests.flows.conftest import customer_identity, staff_identity


@pytest.fixture
def technician(tom: Staff) -> Identity:
    return staff_identity(tom)


def words(**changes: str) -> JobWords:
    typed = {
        "title": "Boiler service",
        "description": "Please let us in.",
        "day": "2026-11-30",
        "time": "09:00",
        "technician": "",
    }
    return JobWords(**{**typed, **changes})


def job_of(job_id: str) -> Job:
    with reading() as session:
        return session.exec(select(Job).where(Job.id == job_id)).one()


def deeds() -> list[str]:
    with reading() as session:
        return [one.deed for one in session.exec(select(AuditEntry).order_by(AuditEntry.id))]


def listed(who: Identity, show: str = "", search: str = "", **place: str) -> JobListView:
    return list_jobs(
        who.scope,
        job_query(show, search, place.get("before"), place.get("after"), who.person_id),
    )


def groups(view: JobListView) -> dict[str, list[str]]:
    return {group.title: [row.title for row in group.rows] for group in view.groups}


# ── Planned ─────────────────────────────────────────────────────────────────────────────────────


def test_a_job_is_planned_on_the_companys_clock(any_database, company, owner, tom, dana):
    """Nine in the morning in New York, in the winter."""
    made, topics = create_job(owner, dana.id, words(technician=tom.id))
    job = job_of(made)
    assert job.starts_at == datetime(2026, 11, 30, 14, tzinfo=UTC)
    assert (job.technician_id, job.title) == (tom.id, "Boiler service")
    assert topics == {f"company:{company.id}", f"customer:{company.id}:{dana.id}"}
    view = show_job(owner.scope, made)
    assert (view.day, view.time, view.technician) == ("2026-11-30", "09:00", "Tom Becker")
    assert (view.customer.name, view.customer.address[0]) == (dana.name, "200 Harbor Drive")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"description": "x" * 2001}, "description"),
        ({"day": ""}, "day"),
        ({"day": "30.11.2026"}, "day"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"time": ""}, "time"),
        ({"time": "25:00"}, "time"),
        ({"time": "nine"}, "time"),
        ({"technician": "0" * 32}, "technician"),
        ({"technician": "' OR 1=1"}, "technician"),
    ],
)
def test_what_cannot_be_planned_is_said_beside_its_field(company, owner, dana, changes, field):
    with pytest.raises(CannotSaveJob) as refused:
        create_job(owner, dana.id, words(**changes))
    assert refused.value.field == field
    assert deeds() == []


def test_whoever_has_left_keeps_the_jobs_they_had_and_gets_no_new_ones(company, owner, tom, dana):
    made, _ = create_job(owner, dana.id, words(technician=tom.id))
    with unit_of_work() as session:
        member = session.get_one(Staff, (company.id, tom.id))
        member.deactivated_at = member.created_at
    edit_job(owner, made, words(title="Another title", technician=tom.id))
    assert show_job(owner.scope, made).technician == "Tom Becker"
    with pytest.raises(CannotSaveJob):
        create_job(owner, dana.id, words(technician=tom.id))
    assert [one.name for one in show_new_job(owner.scope, new_job_query(dana.id, "")).members] == [
        "Maya Ortiz"
    ]


def test_it_is_changed_and_the_log_says_what(company, owner, dana):
    made, _ = create_job(owner, dana.id, words())
    assert edit_job(owner, made, words()) == frozenset()
    edit_job(owner, made, words(day="2026-12-01", title="Boiler and pump"))
    with reading() as session:
        last = session.exec(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.deed, last.words) == (Deed.EDITED_JOB, "Boiler and pump: title, when")


def test_the_customer_of_a_new_job_is_found_by_a_few_letters(
    company, other_company, owner, dana, northwind
):
    cast.save(cast.cedar_and_pine(other_company, name="Harbor of others"))
    found = show_new_job(owner.scope, new_job_query("", "harb")).choice.found
    assert [one.name for one in found] == ["Harbor View Apartments"]
    assert len(show_new_job(owner.scope, new_job_query("", "")).choice.found) == 2
    assert show_new_job(owner.scope, new_job_query("0" * 32, "")).customer.id == ""


# ── Done, cancelled ─────────────────────────────────────────────────────────────────────────────


def test_a_technician_marks_it_as_done_and_the_customer_does_not_read_the_report(
    any_database, company, owner, technician, dana
):
    made, _ = create_job(owner, dana.id, words(day="2026-11-10"))
    complete_job(technician, made, "Two hours, one pump.\n")
    view = show_job(owner.scope, made)
    assert (view.state, view.report) == ("done", "Two hours, one pump.")
    seen = list_customer_jobs(customer_identity(dana).scope, moment_query(None, None))
    assert [one.title for one in seen.completed] == ["Boiler service"]
    assert "pump" not in str(seen)
    # What was done can be added to; when it was stays.
    ended = job_of(made).completed_at
    complete_job(technician, made, "Three hours.")
    assert (job_of(made).report, job_of(made).completed_at) == ("Three hours.", ended)
    reopen_job(technician, made)
    assert show_job(owner.scope, made).state in ("planned", "late")
    assert deeds() == [
        Deed.ADDED_JOB, Deed.COMPLETED_JOB, Deed.COMPLETED_JOB, Deed.REOPENED_JOB,
    ]  # fmt: skip


def test_what_is_cancelled_no_customer_sees_and_it_can_be_taken_back(
    any_database, company, owner, dana
):
    planned, _ = create_job(owner, dana.id, words(day="2099-01-01"))
    past, _ = create_job(owner, dana.id, words(day="2020-01-02", title="Long ago"))
    eyes = customer_identity(dana).scope
    before = list_customer_jobs(eyes, moment_query(None, None))
    assert (len(before.upcoming), len(before.completed)) == (1, 1)
    cancel_job(owner, planned)
    cancel_job(owner, past)
    assert cancel_job(owner, past) == frozenset()
    after = list_customer_jobs(eyes, moment_query(None, None))
    assert (after.upcoming, after.completed) == ((), ())
    assert groups(listed(owner)) == {}
    with pytest.raises(CannotFinish, match="cancelled"):
        complete_job(owner, planned, "")
    reopen_job(owner, planned)
    assert len(list_customer_jobs(eyes, moment_query(None, None)).upcoming) == 1


def test_what_is_done_is_not_cancelled(company, owner, dana):
    made, _ = create_job(owner, dana.id, words())
    complete_job(owner, made, "")
    with pytest.raises(CannotFinish, match="Reopen it first"):
        cancel_job(owner, made)


@pytest.mark.parametrize("report", ["x" * 2001, "a\x00b"])
def test_a_report_that_cannot_be_kept_is_refused(company, owner, dana, report):
    made, _ = create_job(owner, dana.id, words())
    with pytest.raises(CannotFinish):
        complete_job(owner, made, report)


def test_who_may_do_what(company, other_company, owner, technician, payer, dana):
    """Cases 35 and 37: of the flows behind every button."""
    made, _ = create_job(owner, dana.id, words())
    cancelled, _ = create_job(owner, dana.id, words())
    cancel_job(owner, cancelled)
    priya = staff_identity(cast.save(cast.priya(other_company)))
    before = deeds()
    for who in (technician, payer):
        with pytest.raises(CannotSaveJob, match="role"):
            create_job(who, dana.id, words())
        with pytest.raises(CannotSaveJob, match="role"):
            edit_job(who, made, words(title="Mine"))
        with pytest.raises(CannotFinish, match="role"):
            cancel_job(who, made)
    with pytest.raises(CannotFinish, match="role"):
        reopen_job(technician, cancelled)
    with pytest.raises(CannotFinish):
        complete_job(payer, made, "")
    with pytest.raises(CannotFinish):
        reopen_job(payer, cancelled)
    with pytest.raises(CannotSaveJob, match="Choose the customer"):
        create_job(priya, dana.id, words())
    with pytest.raises(CannotSaveJob, match="does not exist"):
        edit_job(priya, made, words())
    for act in (lambda: complete_job(priya, made, ""), lambda: cancel_job(priya, made)):
        with pytest.raises(CannotFinish, match="does not exist"):
            act()
    assert not show_job(priya.scope, made).found
    assert deeds() == before


# ── Listed ──────────────────────────────────────────────────────────────────────────────────────


def test_what_is_to_be_done_stands_by_day(any_database, clock, company, owner, dana):
    """On Monday 16 November 2026; weeks begin on Sunday there."""
    for day, title in (
        ("2026-11-13", "Forgotten"),
        ("2026-11-16", "Today"),
        ("2026-11-17", "Tomorrow"),
        ("2026-11-21", "Saturday"),
        ("2026-11-22", "Sunday"),
        ("2026-11-29", "After that"),
    ):
        create_job(owner, dana.id, words(day=day, title=title))
    assert groups(listed(owner)) == {
        "Not marked as done": ["Forgotten"],
        "Today": ["Today"],
        "Tomorrow": ["Tomorrow"],
        "This week": ["Saturday"],
        "Next week": ["Sunday"],
        "Later": ["After that"],
    }


def test_what_was_done_stands_the_latest_first(any_database, clock, company, owner, dana):
    """On the 16th, and then so many days later."""
    made = [create_job(owner, dana.id, words(title=f"Job {number}"))[0] for number in range(4)]
    for job_id, days in zip(made, (0, 20, 6, 2), strict=True):
        clock.move(days=days)
        complete_job(owner, job_id, "")
    # Now it is Monday 14 December, and two days ago was in the week before.
    assert groups(listed(owner, "completed")) == {
        "Today": ["Job 3"],
        "Last week": ["Job 2", "Job 1"],
        "Earlier": ["Job 0"],
    }


def test_mine_are_those_that_i_am_sent_to(company, owner, technician, dana):
    create_job(owner, dana.id, words(title="Somebody’s"))
    create_job(owner, dana.id, words(title="Tom’s", technician=technician.person_id))
    (mine,) = listed(technician, "mine").groups
    assert [row.title for row in mine.rows] == ["Tom’s"]
    assert groups(listed(owner, "mine")) == {}


@pytest.mark.parametrize("few", [jobs_called.FEW, 0])
def test_found_by_words_of_its_title_and_of_its_customer(
    any_database, monkeypatch, company, owner, dana, northwind, few
):
    """Looked up where few have the words, asked row by row where many do: the same are found."""
    monkeypatch.setattr(jobs_called, "FEW", few)
    flue, _ = create_job(owner, dana.id, words(title="Flue check, Café Élan"))
    create_job(owner, northwind.id, words(title="Air filters"))
    cases = {
        "FLUE": ["Flue check, Café Élan"],
        "chec flu": ["Flue check, Café Élan"],
        "cafe elan": ["Flue check, Café Élan"],
        "northwind": ["Air filters"],
        "filter northw": ["Air filters"],
        "flue northwind": [],
        "dana@": ["Flue check, Café Élan"],
        "%": [],
        "ilters": [],
    }
    for search, expected in cases.items():
        found = [title for some in groups(listed(owner, "", search)).values() for title in some]
        assert found == expected, search
    edit_job(owner, flue, words(title="Chimney"))
    assert groups(listed(owner, "", "flue")) == {}
    assert [*groups(listed(owner, "", "chimney")).values()] == [["Chimney"]]


def test_a_long_list_is_gone_through_forward_and_back(any_database, company, owner, dana):
    with unit_of_work() as session:
        for number in range(PAGE + 5):
            moment = datetime(2099, 1, 1, 9, number, tzinfo=UTC)
            for done in (False, True):
                session.add(
                    Job(
                        company_id=company.id,
                        customer_id=dana.id,
                        title=f"Job {number:02}",
                        starts_at=moment,
                        completed_at=moment if done else None,
                    )
                )
    everything = [f"Job {number:02}" for number in range(PAGE + 5)]
    for show, expected in (("", everything), ("completed", everything[::-1])):
        first = listed(owner, show)
        rest = listed(owner, show, **_place(first.older))
        back = listed(owner, show, **_place(rest.newer))
        titles = [
            [title for some in groups(view).values() for title in some]
            for view in (first, rest, back)
        ]
        assert titles[0] + titles[1] == expected
        assert titles[2] == titles[0]
        assert (first.newer, rest.older) == ("", "")


def _place(address: str) -> dict[str, str]:
    name, _, value = address.rpartition("?")[2].rpartition("&")[2].partition("=")
    return {name: value}


def test_the_invoices_for_a_job_stand_beside_it(company, owner, dana, invoice):
    made, _ = create_job(owner, dana.id, words())
    complete_job(owner, made, "")
    with unit_of_work() as session:
        session.get_one(Invoice, (company.id, invoice.id)).job_id = made
    (one,) = show_job(owner.scope, made).invoices
    assert (one.number, one.total, one.status.code) == ("INV-0042", "$280.00", "unpaid")
    (row,) = listed(owner, "completed").groups[0].rows
    assert row.invoices == (one,)


def test_another_companys_jobs_are_nowhere(company, other_company, owner, dana):
    """Invariant F."""
    priya = staff_identity(cast.save(cast.priya(other_company)))
    theirs = cast.save(cast.northwind_dental(other_company))
    create_job(priya, theirs.id, words(title="Theirs"))
    assert groups(listed(owner)) == {}
    assert listed(owner).is_new
