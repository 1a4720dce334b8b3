"""The addresses of the pages about jobs."""

import reflex as rx

from fsm_portal.dashboard.jobs.job_page import JobPage, job_page
from fsm_portal.dashboard.jobs.jobs_page import JobsPage, jobs_page
from fsm_portal.dashboard.jobs.new_job_page import NewJobPage, new_job_page


def register_jobs(app: rx.App) -> None:
    """Add them to ``app``."""
    app.add_page(jobs_page, route="/dashboard/jobs", title="Jobs", on_load=JobsPage.on_load)
    app.add_page(
        new_job_page, route="/dashboard/jobs/new", title="New job", on_load=NewJobPage.on_load
    )
    app.add_page(job_page, route="/dashboard/jobs/[job_id]", title="Job", on_load=JobPage.on_load)
