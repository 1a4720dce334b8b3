"""The staff's pages about jobs, as their tabs see them."""

import pytest
from sqlmodel import select

from fsm_portal.dashboard.jobs.finishing import Finishing
from fsm_portal.dashboard.jobs.job_form import JobForm
from fsm_portal.dashboard.jobs.job_page import JobPage
from fsm_portal.dashboard.jobs.jobs_page import JobsPage
from fsm_portal.dashboard.jobs.new_job_page import NewJobPage
from fsm_portal.db import reading
from fsm_portal.domain.job import Job
from fsm_portal.portal.jobs_page import JobsPage as TheirJobsPage
from fsm_portal.ui.toast import Toast

LIST = "/dashboard/jobs/"
TYPED = {
    "title": "Boiler service",
    "description": "",
    "day": "2026-11-20",
    "time": "09:00",
    "technician": "",
}


def jobs() -> list[Job]:
    with reading() as session:
        return list(session.exec(select(Job)))


@pytest.fixture
def job(clock, tab, maya, tom, dana) -> str:
    """Planned by Maya for Tom; its address."""
    page = tab(maya, f"{LIST}new/?customer={dana.id}")
    page.call(JobForm.create, {"form": {**TYPED, "technician": tom.id}})
    return f"{LIST}{jobs()[0].id}/"


def test_a_job_is_planned_for_whoever_was_found(tab, maya, dana):
    page = tab(maya, f"{LIST}new/")
    assert [one.name for one in page.view(NewJobPage).choice.found] == [dana.name]
    page.call(JobForm.create, {"form": TYPED})
    assert page.var(JobForm, "field") == "customer"
    page.call(NewJobPage.look_for, {"text": "harb"})
    assert page.redirected_to == f"{LIST}new/?q=harb"
    page.call(NewJobPage.choose, {"customer_id": dana.id})
    page.navigate(page.redirected_to)
    assert page.wait_until(NewJobPage, lambda view: view.customer.id).customer.name == dana.name
    page.call(JobForm.create, {"form": {**TYPED, "day": "soon"}})
    assert page.var(JobForm, "field") == "day"
    page.call(JobForm.create, {"form": TYPED})
    assert page.var(Toast, "text") == "Job planned"
    assert page.redirected_to == f"{LIST}{jobs()[0].id}/"


def test_a_double_click_plans_one_job_and_leads_to_it(tab, maya, dana):
    """The next visit to the form is a new press."""
    page = tab(maya, f"{LIST}new/?customer={dana.id}")
    for _ in range(2):
        page.call(JobForm.create, {"form": TYPED}, settle=False)
    page.settle()
    (planned,) = jobs()
    assert page.redirected_to == f"{LIST}{planned.id}/"
    page.navigate(page.redirected_to).navigate(f"{LIST}new/?customer={dana.id}")
    page.call(JobForm.create, {"form": TYPED})
    assert len(jobs()) == 2


def test_done_by_the_technician_it_shows_in_the_office_and_at_the_customers(
    tab, maya, tom, dana, job
):
    office, customer, phone = tab(maya, LIST), tab(dana, "/portal/jobs/"), tab(tom, job)
    assert [group.title for group in office.view(JobsPage).groups] == ["This week"]
    phone.call(Finishing.ask_complete, {"job_id": phone.view(JobPage).id})
    phone.call(Finishing.complete, {"form": {"report": "Two hours"}})
    assert phone.var(Toast, "text") == "Job done"
    assert phone.wait_until(JobPage, lambda view: view.state == "done").report == "Two hours"
    office.wait_until(JobsPage, lambda view: not view.groups)
    seen = customer.wait_until(TheirJobsPage, lambda view: view.completed)
    assert [one.title for one in seen.completed] == ["Boiler service"]
    assert "Two hours" not in "".join(customer.frames)


def test_a_technician_finds_what_is_theirs(tab, tom, maya, job):
    assert len(tab(tom, f"{LIST}?show=mine").view(JobsPage).groups) == 1
    assert tab(maya, f"{LIST}?show=mine").view(JobsPage).groups == []


def test_cancelled_it_is_gone_from_the_list_until_it_is_reopened(tab, maya, job):
    page, many = tab(maya, job), tab(maya, LIST)
    job_id = page.view(JobPage).id
    page.call(Finishing.ask_cancel, {"job_id": job_id})
    page.call(Finishing.cancel)
    page.wait_until(JobPage, lambda view: view.state == "cancelled")
    many.wait_until(JobsPage, lambda view: not view.groups)
    page.call(Finishing.reopen, {"job_id": job_id})
    many.wait_until(JobsPage, lambda view: view.groups)


def test_what_is_wrong_with_a_change_is_said_and_nothing_kept(tab, maya, job):
    page = tab(maya, job)
    page.call(JobForm.edit, {"job_id": page.view(JobPage).id})
    page.call(JobForm.save, {"form": {**TYPED, "title": ""}})
    assert page.var(JobForm, "field") == "title"
    assert jobs()[0].title == "Boiler service"
    page.call(JobForm.save, {"form": {**TYPED, "title": "Boiler and pump"}})
    page.wait_until(JobPage, lambda view: view.title == "Boiler and pump")
    assert page.var(JobForm, "about") == ""
