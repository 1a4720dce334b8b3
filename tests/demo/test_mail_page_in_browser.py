"""The mail page in a real browser: mail appears by itself, can be read, and stays locked up."""

import io
import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from reportlab.pdfgen.canvas import Canvas

from tests.chromium import PROGRAM, launch
from tests.e2e.axe import faults
from tests.mail_process import MailCatcher, start_mail_catcher

# A busy machine may take its time.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if PROGRAM is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture
def catcher(tmp_path) -> Iterator[MailCatcher]:
    running = start_mail_catcher(tmp_path)
    yield running
    running.stop()


def pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 720, "Invoice INV-0042")
    canvas.save()
    return out.getvalue()


def post(
    catcher: MailCatcher,
    subject: str,
    html: str,
    *,
    number: str = "",
    answers: str = "",
    text: str = "The plain words.",
    file: bytes = b"%PDF-1.7",
) -> None:
    message = EmailMessage()
    message["From"] = "Bright Heating Co. <billing@portal.example>"
    message["To"] = "Dana Reyes <dana@harborview.example>"
    message["Subject"] = subject
    if number:
        message["Message-ID"] = f"<{number}@portal.example>"
    if answers:
        message["In-Reply-To"] = f"<{answers}@portal.example>"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message.add_attachment(file, maintype="application", subtype="pdf", filename="INV.pdf")
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
    expect(page.get_by_text(f"127.0.0.1:{catcher.smtp_port}")).to_be_visible()
    assert faults(page) == []

    script = "<script>top.document.title = document.body.innerHTML = 'taken over'</script>"
    link = f"<a href='{catcher.http_url}/static/page.css'>View and pay invoice</a>"
    tracker = socket.create_server(("127.0.0.1", 0))
    picture = f"<img src='http://127.0.0.1:{tracker.getsockname()[1]}/seen.png'>"
    post(catcher, "Invoice <b>INV-42</b>", f"<html><body>{link}{script}{picture}</body></html>")

    line = page.get_by_role("link", name="Invoice <b>INV-42</b>")
    expect(line).to_be_visible()
    expect(page.get_by_text("No mail yet")).to_be_hidden()
    line.click()
    mail = page.frame_locator("#letter")
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
    page.get_by_role("button", name="As sent").click()
    expect(page.get_by_text("Subject: Invoice <b>INV-42</b>")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("tab", name="Source").click()
    expect(page.get_by_text("<script>top.document")).to_be_visible()
    assert wide(page) == width
    assert faults(page) == []
    page.close()


DARK = """<html><head><meta name="color-scheme" content="light dark"><style>
:root { color-scheme: light dark } body { background: rgb(255, 255, 255); color: black }
@media (prefers-color-scheme: dark) { body { background: rgb(11, 14, 19); color: white } }
</style></head><body>Due on October 22</body></html>"""


def test_a_letter_as_on_a_phone_and_in_the_dark(browser: Browser, catcher: MailCatcher) -> None:
    post(catcher, "Reminder", DARK)
    post(catcher, "Receipt", "<p>no dark</p>")
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="dark")
    page.goto(catcher.http_url)
    page.get_by_role("link", name="Reminder").click()
    letter = page.frame_locator("#letter").locator("body")
    expect(letter).to_have_css("background-color", "rgb(11, 14, 19)")
    page.get_by_role("button", name="Light").click()
    expect(letter).to_have_css("background-color", "rgb(255, 255, 255)")
    page.get_by_role("button", name="Phone").click()
    assert letter.evaluate("innerWidth") == 390
    # The next letter is looked at in the same way, and so it is tomorrow.
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("link", name="Receipt").click()
    expect(page.get_by_text("no dark form of its own")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Phone")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert faults(page) == []
    page.go_back()  # no frame has left a step of its own
    expect(page.get_by_role("heading", name="Reminder")).to_be_visible()
    page.close()


def test_the_pdf_is_looked_at_beside_its_download(browser: Browser, catcher: MailCatcher) -> None:
    post(catcher, "Invoice", "<p>1</p>", file=pdf())
    post(catcher, "Not one", "<p>2</p>", file=b"<script>top.location='/'</script>")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(catcher.http_url)
    page.get_by_role("link", name="Invoice").click()
    with page.expect_response("**/attachments/0/look") as looked:
        page.get_by_role("button", name="Look at INV.pdf").click()
    assert looked.value.headers["content-type"] == "application/pdf"
    expect(page.get_by_role("tab", name="PDF")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#look")).to_be_visible()
    expect(page.get_by_role("link", name="INV.pdf")).to_be_visible()
    page.get_by_role("link", name="Not one").click()
    expect(page.get_by_role("heading", name="Not one")).to_be_visible()
    expect(page.get_by_role("button", name="Look at INV.pdf")).to_be_hidden()
    expect(page.get_by_role("tab", name="PDF")).to_be_hidden()
    expect(page.get_by_role("tab", name="Message")).to_have_attribute("aria-selected", "true")
    page.close()


def test_letters_of_one_thread_stand_together(browser: Browser, catcher: MailCatcher) -> None:
    post(catcher, "Invoice", "<p>1</p>", number="1")
    post(catcher, "Sign in", "<p>2</p>", number="2")
    post(catcher, "Reminder", "<p>3</p>", number="3", answers="1")
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(catcher.http_url)
    lines = page.locator("#messages a:visible .subject")
    expect(lines).to_have_text(["Reminder", "Sign in"])
    page.get_by_role("button", name="1 earlier in this thread").click()
    expect(lines).to_have_text(["Reminder", "Invoice", "Sign in"])
    page.locator("#messages").get_by_role("link", name="Invoice").click()
    thread = page.locator("#thread")
    expect(thread.get_by_role("link")).to_have_count(2)
    # The letter that follows joins the open one, above the list.
    post(catcher, "Receipt", "<p>4</p>", number="4", answers="3")
    expect(thread.get_by_role("link")).to_have_count(3)
    expect(lines).to_have_text(["Receipt", "Reminder", "Invoice", "Sign in"])
    thread.get_by_role("link", name="Reminder").click()
    page.get_by_role("tab", name="Headers").click()
    expect(page.locator("#first-headers dt")).to_have_text(
        ["Message-ID", "In-Reply-To", "List-Unsubscribe"]
    )
    # What it answers is one click away.
    page.locator("#first-headers").get_by_role("link", name="Invoice").click()
    expect(page.get_by_role("heading", name="Invoice")).to_be_visible()
    expect(page.locator("#first-headers")).to_contain_text("<1@portal.example>")
    assert faults(page) == []
    page.close()


def test_without_a_mouse(browser: Browser, catcher: MailCatcher) -> None:
    post(catcher, "Invoice", "<p>1</p>", text="x " * 400 + "riser")
    post(catcher, "Sign in", "<p>2</p>")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(catcher.http_url)
    expect(page.get_by_text("2 letters")).to_be_visible()
    heading = page.locator("#subject")
    for key, subject in (("j", "Sign in"), ("j", "Invoice"), ("j", "Invoice"), ("k", "Sign in")):
        page.keyboard.press(key)
        expect(heading).to_have_text(subject)
    page.keyboard.press("2")
    expect(page.locator("#part-text")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("riser")
    expect(page.get_by_text("1 of 2 letters")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Invoice")
    # A letter that comes in meanwhile is asked for the same words.
    post(catcher, "Riser mended", "<p>3</p>")
    post(catcher, "Nothing of it", "<p>4</p>")
    expect(page.get_by_text("2 of 4 letters")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.get_by_text("4 letters", exact=True)).to_be_visible()
    page.keyboard.press("?")
    page.get_by_label("Single keys do something").uncheck()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Escape")  # closes the letter: the key before it did nothing
    expect(page.get_by_text("Choose a message")).to_be_visible()
    page.close()


def test_deleting_one_letter_and_all(browser: Browser, catcher: MailCatcher) -> None:
    post(catcher, "One", "<p>1</p>")
    post(catcher, "Two", "<p>2</p>")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.on("dialog", lambda asked: asked.accept())
    page.goto(catcher.http_url)
    page.get_by_role("link", name="One").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Choose a message")).to_be_visible()
    expect(page.get_by_role("link", name="One")).to_have_count(0)
    page.get_by_role("button", name="Delete all").click()
    expect(page.get_by_text("No mail yet")).to_be_visible()
    page.close()


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
