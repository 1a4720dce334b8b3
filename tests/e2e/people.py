"""Browsers as people use them: each with cookies and windows of their own."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.sync_api import BrowserContext, Page

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
CARD = "4242 4242 4242 4242"


@dataclass
class Person:
    """A browser of its own: cookies, window size, and what its console complained about."""

    context: BrowserContext
    complaints: list[str]

    def tab(self, address: str = "") -> Page:
        """Open an address, or a window with nothing in it yet, beside what is open already."""
        page = self._window()
        # A declined card is answered with 402, which the console reports as a failed resource.
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type == "error" and "402" not in message.text
                else None
            ),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if address:
            page.goto(address)
        return page

    def _window(self) -> Page:
        """Each tab in a window of its own: one that is behind another is drawn once a second."""
        browser, pages = self.context.browser, self.context.pages
        if browser is None or not pages:
            return self.context.new_page()
        told = self.context.new_cdp_session(pages[0]).send("Target.getTargetInfo")
        wanted = {
            "url": "about:blank",
            "browserContextId": told["targetInfo"]["browserContextId"],
            "newWindow": True,
        }
        with self.context.expect_page() as opened:
            browser.new_browser_cdp_session().send("Target.createTarget", wanted)
        return opened.value

    def sign_in(self, link: str) -> Page:
        """Open a link and confirm, once."""
        page = self.tab(link)
        page.get_by_role("button", name=re.compile("Continue")).click()
        return page

    def comes_in(self, link: str, place: str = "") -> Page:
        """Be signed in by a link and stand at ``place``, or where the link leads."""
        leads_to = self.is_let_in(link)
        return self.tab(urljoin(link, place or leads_to))

    def is_let_in(self, link: str) -> str:
        """Signed in without a look at the link's page, for walks about something else.

        What the page would send is sent; where it leads.
        """
        origin = link.partition("/sign-in/")[0]
        answer = self.context.request.post(link, headers={"Origin": origin}, max_redirects=0)
        assert answer.status == 303, answer.text()
        return answer.headers["location"]


def fits(page: Page) -> bool:
    """Whether nothing hangs over the edge of the screen."""
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(page.evaluate(wide))


def pay_with(page: Page, card: str) -> None:
    """Fill in the checkout page as a person would, and press Pay."""
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expires").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Dana Reyes")
    page.get_by_role("button", name=re.compile("^Pay ")).click()
