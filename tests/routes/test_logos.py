"""Logos are on pages for anybody, and kept by browsers; there is nothing else behind them."""

import pytest

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.flows.companies.brand_company import remove_logo, set_logo
from fsm_portal.flows.companies.company_frame import company_frame
from tests.pictures import picture


def test_a_logo_is_for_everybody_and_kept(any_database, browsers, company):
    set_logo(company.slug, picture())
    address = company_frame(_again(company)).logo
    answer = browsers().get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "set-cookie" not in answer.headers
    remove_logo(company.slug)
    gone = browsers().get(address)
    assert (gone.status_code, gone.text) == (404, "Not found.")


@pytest.mark.parametrize("odd", ["0" * 64, "0" * 63, "A" * 64, "%2e%2e", "x' OR 1=1", "%00"])
def test_what_is_no_logo_is_missing(browsers, company, odd):
    set_logo(company.slug, picture())
    assert browsers().get(f"/logos/{odd}.png").status_code == 404


def _again(company):
    with reading() as session:
        return session.get_one(Company, company.id)
