"""The link that ends reminders: one click for a mail program, a button for a person."""

from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.reminder import ReminderPause
from fsm_portal.flows.reminding.stop import stop_address
from tests import cast

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path_for(customer) -> str:
    return stop_address(customer).removeprefix(settings().base_url)


def pauses() -> list[ReminderPause]:
    with reading() as session:
        return list(session.exec(select(ReminderPause)).all())


def test_a_mail_programs_one_click_pauses_this_customer_at_this_company(
    browser, company, other_company, dana
):
    """RFC 8058: a POST without cookies, from no page of ours."""
    cast.save(cast.harbor_view(other_company))
    assert browser.post(path_for(dana), data=ONE_CLICK).status_code == 200
    assert browser.post(path_for(dana), data=ONE_CLICK).status_code == 200
    (pause,) = pauses()
    assert (pause.company_id, pause.customer_id, pause.staff_id) == (company.id, dana.id, None)


def test_a_scanner_that_opens_it_changes_nothing(browser, dana):
    """Case 28's kind: GET and HEAD, ten times."""
    for _ in range(5):
        assert browser.get(path_for(dana)).status_code == 200
        browser.head(path_for(dana))
    assert pauses() == []


def test_a_person_reads_whose_reminders_they_are_and_may_change_their_mind(browser, dana):
    shown = browser.get(path_for(dana)).text
    assert "Stop reminders from Bright Heating Co.?" in shown
    assert "dana@" not in shown
    assert "No more reminders" in browser.post(path_for(dana)).text
    assert "No more reminders" in browser.get(path_for(dana)).text
    assert "Stop reminders" in browser.post(path_for(dana), data={"again": "on"}).text
    assert pauses() == []


def test_what_staff_paused_no_link_begins_again(browser, company, maya, dana):
    cast.save(ReminderPause(company_id=company.id, customer_id=dana.id, staff_id=maya.id))
    browser.post(path_for(dana), data={"again": "on"})
    assert len(pauses()) == 1


def test_another_sites_form_is_turned_away(browser, dana):
    answer = browser.post(path_for(dana), headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert pauses() == []


def test_forged_changed_and_outdated_links_are_like_none(browser, dana):
    """Case 35: the identical 404. A new address of the customer's ends the links to the old one."""
    good = path_for(dana)
    with unit_of_work() as session:
        row = session.merge(dana)
        row.email = "new@harborview.example"
        session.add(row)
    forged = good[:-4] + ("AAAA" if not good.endswith("AAAA") else "BBBB")
    answers = {
        browser.post(path, data=ONE_CLICK).text
        for path in (good, forged, "/reminders/x", "/reminders/" + "%00" * 9, "/reminders/" + "é")
    }
    assert len(answers) == 1
    assert pauses() == []
