"""The mail page in a real browser: mail appears by itself, can be read, and stays locked up."""

import shutil
import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.mail_process import MailCatcher, start_mail_catcher

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# A busy machine may take its time.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def catcher(tmp_path) -> Iterator[MailCatcher]:
    running = start_mail_catcher(tmp_path)
    yield running
    running.stop()


def post(catcher: MailCatcher, subject: str, html: str) -> None:
    message = EmailMessage()
    message["From"] = "Bright Heating Co. <billing@portal.example>"
    message["To"] = "Dana Reyes <dana@harborview.example>"
    message["Subject"] = subject
    message.set_content("The plain words.")
    message.add_alternative(html, subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="INV.pdf")
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, "localhost", timeout=30) as connection:
        connection.send_message(message)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_reading_mail(browser: Browser, catcher: MailCatcher, width: int, scheme: str) -> None:
    """Case 43 on the way: the mail's own script does nothing, its picture is not fetched."""
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page.goto(catcher.http_url)
    expect(page.get_by_text("No mail yet")).to_be_visible()

    script = "<script>top.document.title = document.body.innerHTML = 'taken over'</script>"
    link = f"<a href='{catcher.http_url}/static/page.css'>View and pay invoice</a>"
    tracker = socket.create_server(("127.0.0.1", 0))
    picture = f"<img src='http://127.0.0.1:{tracker.getsockname()[1]}/seen.png'>"
    post(catcher, "Invoice <b>INV-42</b>", f"<html><body>{link}{script}{picture}</body></html>")

    line = page.get_by_role("link", name="Invoice <b>INV-42</b>")
    expect(line).to_be_visible()
    expect(page.get_by_text("No mail yet")).to_be_hidden()
    line.click()
    mail = page.frame_locator("iframe")
    expect(page.get_by_role("heading", name="Invoice <b>INV-42</b>")).to_be_visible()
    with page.context.expect_page() as opened:
        mail.get_by_role("link", name="View and pay invoice").click()
    opened.value.wait_for_url("**/page.css")
    expect(page).to_have_title("Mail (1)")
    tracker.settimeout(0.2)
    with tracker, pytest.raises(TimeoutError):
        tracker.accept()

    with page.expect_download() as download:
        page.get_by_role("link", name="INV.pdf").click()
    assert download.value.suggested_filename == "INV.pdf"
    page.get_by_role("tab", name="Plain text").click()
    expect(page.get_by_text("The plain words.").last).to_be_visible()
    page.get_by_role("tab", name="Plain text").press("ArrowRight")
    expect(page.get_by_text("Content-Type", exact=True)).to_be_visible()
    assert wide(page) == width


def wide(page: Page) -> int:
    """The width that the page takes; more than the window's means that it scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_the_list_follows_when_the_catcher_comes_back(browser: Browser, tmp_path) -> None:
    first = start_mail_catcher(tmp_path)
    page = browser.new_page()
    page.goto(first.http_url)
    post(first, "One", "<p>1</p>")
    expect(page.get_by_role("link", name="One")).to_be_visible()
    first.stop()
    http_port = int(first.http_url.rpartition(":")[2])
    second = start_mail_catcher(tmp_path, http_port=http_port)
    try:
        post(second, "Two", "<p>2</p>")
        expect(page.get_by_role("link", name="Two")).to_be_visible()
        expect(page.get_by_role("link", name="One")).to_have_count(1)
    finally:
        second.stop()
