"""bin/portal company show, portal and plan, and bin/portal invite."""

import pytest

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.outbox import OutboxMessage
from tests import cast
from tests.flows import books
from tests.house.test_command_line import migrated, portal  # noqa: F401

SLUG = "bright-heating"


@pytest.fixture
def dana(migrated):  # noqa: F811
    return cast.save(cast.harbor_view(cast.save(cast.bright_heating())))


def offers_portal(dana) -> bool:
    with reading() as session:
        return session.get_one(Company, dana.company_id).offers_portal


def test_a_company_is_shown_with_its_access_link(portal, dana):  # noqa: F811
    status, out, _ = portal("company", "show", SLUG)
    assert status == 0
    assert "http://localhost:8000/access/bright-heating" in out
    assert "Plan:        pro" in out and "Portal:      open" in out


def test_its_portal_is_closed_and_opened(portal, dana):  # noqa: F811
    assert portal("company", "portal", SLUG, "off")[1].endswith("customer portal off.\n")
    assert not offers_portal(dana)
    assert portal("company", "portal", SLUG, "on")[1].endswith("customer portal open.\n")
    assert offers_portal(dana)


def test_the_portal_is_part_of_the_plan(portal, dana):  # noqa: F811
    assert "not part of the plan" in portal("company", "plan", SLUG, "starter")[1]
    assert not offers_portal(dana)
    for plan in ("pro", "enterprise"):
        portal("company", "plan", SLUG, plan)
        assert offers_portal(dana)


@pytest.mark.parametrize(
    "command",
    [("show", "nobody"), ("portal", "nobody", "off"), ("plan", "nobody", "pro"),
     ("portal", SLUG, "maybe"), ("plan", SLUG, "gold")],
)  # fmt: skip
def test_whatever_is_wrong_is_one_line(portal, dana, command):  # noqa: F811
    status, out, complaint = portal("company", *command)
    assert status != 0 and out == "" and complaint.count("\n") == 1
    assert offers_portal(dana)


def test_a_customer_is_invited(portal, dana):  # noqa: F811
    status, out, _ = portal("invite", "dana@harborview.example")
    assert status == 0
    assert out == "On its way to dana@harborview.example: the invitation of Bright Heating Co.\n"
    (work,) = books.rows(OutboxMessage)
    assert work.kind == "welcome_mail"


def test_whom_nobody_knows_is_not(portal, dana):  # noqa: F811
    assert portal("invite", "nobody@x.example")[0] == 1
    assert portal("invite", "dana@harborview.example", "--company", "nobody")[0] == 1
