"""Whom a change of a job concerns: the company's staff, and the customer, who sees it too."""

from fsm_portal.domain.job import Job
from fsm_portal.domain.topic import company_topic, customer_topic


def job_topics(job: Job) -> frozenset[str]:
    return frozenset(
        {company_topic(job.company_id), customer_topic(job.company_id, job.customer_id)}
    )
