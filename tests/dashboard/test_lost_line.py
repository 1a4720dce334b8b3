"""A lost connection runs a page's ``on_load`` again: what was open there stays open."""

from reflex.istate.manager.token import BaseStateToken

from fsm_portal.dashboard.customer_form import CustomerForm
from fsm_portal.dashboard.files.export_page import ExportPage
from fsm_portal.dashboard.invoicing.editor_page import EditorPage
from fsm_portal.dashboard.jobs.job_form import JobForm
from fsm_portal.dashboard.refunding import Refunding
from fsm_portal.dashboard.settings.payment_processing_page import PaymentProcessing
from fsm_portal.dashboard.taking import Taking
from tests.fake_browser import FakeBrowser


def test_a_dialog_stays_open_and_its_press_is_the_same(tab, maya, invoice):
    """Whoever sends it twice because the line broke records one payment."""
    page = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    page.call(Taking.ask, {"invoice_id": invoice.id})
    page.call(Taking.record, {"form": {"taken_amount": "much"}})
    assert page.var(Taking, "problem")
    opened = page.states[Taking.get_full_name()]
    page.reconnect()
    assert page.states[Taking.get_full_name()] == opened
    page.navigate("/dashboard/invoices/").navigate(f"/dashboard/invoices/{invoice.id}/")
    assert page.var(Taking, "problem") == ""


def test_somebody_new_is_written_down_for_an_invoice_although_the_line_broke(tab, maya):
    page = tab(maya, "/dashboard/invoices/new/")
    page.navigate(page.redirected_to)
    sheet = page.wait_until(EditorPage, lambda view: view.id).id
    page.call(CustomerForm.begin_billed, {"sheet_id": sheet})
    page.reconnect()
    assert page.var(CustomerForm, "about") == "new"
    page.call(CustomerForm.save, {"form": {"name": "Quayside Hotel"}})
    assert page.wait_until(EditorPage, lambda view: view.customer.name).id == sheet


def test_what_was_chosen_to_export_stays_chosen(tab, maya):
    page = tab(maya, "/dashboard/export/?what=refunds")
    page.call(ExportPage.choose, {"part": "what", "value": "ledger"})
    page.call(ExportPage.mark, {"ticked": True})
    page.reconnect()
    assert page.var(ExportPage, "address") == "/dashboard/export/ledger.csv?period=this-year&bom=1"
    page.navigate("/dashboard/export/?what=invoices")
    assert page.var(ExportPage, "for_excel") is False
    assert "invoices.csv" in page.var(ExportPage, "address")


def test_the_question_before_disconnecting_stays_open(tab, maya):
    page = tab(maya, "/dashboard/settings/payment-processing/")
    page.call(PaymentProcessing.ask)
    page.wait_until(PaymentProcessing, lambda view: view.asking)
    page.reconnect()
    page.wait_until(PaymentProcessing, lambda view: view.loaded)
    assert page.view(PaymentProcessing).asking


def test_work_that_a_dead_process_left_under_way_spins_no_longer(tab, maya, dana):
    """What a tab shows outlives the process where Redis keeps it."""
    page = tab(maya, f"/dashboard/jobs/new/?customer={dana.id}")
    page.server.run(_die_at_work, page)
    page.reconnect()
    assert page.var(JobForm, "busy") is False
    assert page.var(Refunding, "busy") is False


async def _die_at_work(page: FakeBrowser) -> None:
    token = BaseStateToken(ident=page.token, cls=JobForm)
    async with page.server.app.state_manager.modify_state(token) as root:
        (await root.get_state(JobForm)).busy = True
