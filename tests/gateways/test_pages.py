"""The plain pages of signing in: what they say, the one thing they do, and nothing else."""

from html.parser import HTMLParser

import pytest

from fsm_portal.gateways import pages

TOKEN_URL = "/sign-in/4fJ0cZlq8vN1bS6t"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}</style>'


class Page(HTMLParser):
    """A page's elements and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._inside.append("")

    def handle_data(self, data: str) -> None:
        if not self._inside or self._inside[-1] != "style":
            self.words += data.split()

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(self.words)


def confirm(word: str | None = None, instead_of: str | None = None) -> str:
    return pages.confirm_sign_in(
        company=company(word),
        person_name=word or "Dana Reyes",
        masked_email=word or "d***@harborview.example",
        action_url=word or TOKEN_URL,
        instead_of=instead_of,
    )


def company(word: str | None = None) -> pages.Company:
    return pages.Company(
        word or "Bright Heating Co.",
        word or "#c2410c",
        "",
        word or "office@brightheating.example",
        word or "+1 212 555 0142",
    )


def choices(word: str | None = None) -> list[pages.Choice]:
    return [
        pages.Choice("1.2", company(word), word or "Harbor View Apartments"),
        pages.Choice(
            "3.4",
            pages.Company(word or "Clearwater Plumbing", word or ""),
            word or "Oliver Grant",
            is_staff=True,
        ),
    ]


def expired(word: str | None = None) -> str:
    return pages.link_expired(
        reason=word or "This link has already been used.",
        action_url=word or f"{TOKEN_URL}/fresh",
        masked_email=word or "d***@harborview.example",
        signed_in=word,
    )


def every_page(word: str | None = None) -> list[Page]:
    """Each page, with ``word`` wherever a value of somebody's goes."""
    return [
        Page(html)
        for html in (
            confirm(word, instead_of=word),
            expired(word),
            pages.ask_for_link(),
            pages.ask_for_link(company(word), word or "Not an address", word or "d@"),
            pages.choose_account(choices(word), action_url="/sign-in/code", code=word or "123456"),
            pages.choose_account(
                choices(word),
                action_url="/sign-in/code",
                company=company(word),
                masked_email=word or "d***@harborview.example",
            ),
            pages.other_browser(
                action_url=f"{TOKEN_URL}/fresh",
                masked_email=word or "d***@harborview.example",
                company=company(word),
            ),
            pages.no_portal(company(word)),
            pages.link_sent(),
            pages.link_sent(company(word), asked_at="/access/bright-heating", problem=word or "No"),
            pages.link_sent(company(word), masked_email=word or "d***@b.example"),
            pages.signed_out(),
            pages.signed_out(company(word)),
            pages.signed_out(everywhere=True),
            pages.not_found(),
            pages.error(word or "Try again in a minute."),
            pages.records_away(action_url="/portal/"),
            pages.records_away(action_url="/sign-in", fields={"email": word or "d@x.example"}),
        )
    ]


def test_confirming_names_who_is_signed_in_where() -> None:
    """Case 33."""
    page = Page(confirm())
    for said in ("Sign in to Bright Heating Co.", "Dana Reyes", "d***@harborview.example"):
        assert said in page.text


def test_confirming_is_one_button_that_posts() -> None:
    """Case 28: opening the page does nothing; only the press does."""
    page = Page(confirm())
    assert page.all("form") == [{"method": "post", "action": TOKEN_URL}]
    assert [button["type"] for button in page.all("button")] == ["submit"]
    assert page.all("a") == []


def test_somebody_else_who_is_signed_in_is_told_before_the_switch() -> None:
    """Case 33: no silent switch."""
    assert "Maya Ortiz is signed in now" in Page(confirm(instead_of="Maya Ortiz")).text
    assert "is signed in now" not in Page(confirm()).text


def test_an_old_link_offers_a_fresh_one_in_one_click() -> None:
    """Case 30."""
    page = Page(expired())
    assert page.all("form") == [{"method": "post", "action": f"{TOKEN_URL}/fresh"}]
    assert "This link has already been used." in page.text
    assert "d***@harborview.example" in page.text and "Send me a fresh link" in page.text


def test_asking_for_a_link_takes_an_address() -> None:
    page = Page(pages.ask_for_link())
    [field] = page.all("input")
    assert (field["name"], field["type"], field["autocomplete"]) == ("email", "email", "email")
    assert page.all("label") == [{"for": "email"}]
    assert page.all("form") == [{"method": "post", "action": "/sign-in"}]


def test_what_was_wrong_stands_at_the_field_and_the_typing_is_kept() -> None:
    page = Page(pages.ask_for_link(message="Type your email address.", email="dana@"))
    [field] = page.all("input")
    assert field["value"] == "dana@"
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "wrong")
    assert "Type your email address." in page.text
    assert any(element.get("id") == "wrong" for element in page.all("p"))


def test_the_code_may_be_typed_with_a_phones_figures_and_filled_in_by_it() -> None:
    page = Page(pages.link_sent(asked_at="/access/bright-heating"))
    [field] = page.all("input")
    assert (field["name"], field["inputmode"], field["autocomplete"]) == (
        "code",
        "numeric",
        "one-time-code",
    )
    assert page.all("form") == [{"method": "post", "action": "/access/bright-heating/code"}]
    assert page.all("label") == [{"for": "code"}]


def test_each_account_to_choose_is_a_button_of_its_own() -> None:
    page = Page(pages.choose_account(choices(), action_url="/sign-in/code", code="123456"))
    assert [button["value"] for button in page.all("button")] == ["1.2", "3.4"]
    assert [field["value"] for field in page.all("input")] == ["123456"]
    assert "Clearwater Plumbing Oliver Grant , staff" in page.text or "staff" in page.text


def test_where_there_is_no_portal_one_can_write_or_call() -> None:
    page = Page(pages.no_portal(company()))
    assert [link["href"] for link in page.all("a")] == [
        "mailto:office@brightheating.example",
        "tel:+12125550142",
    ]


def test_the_answer_to_asking_does_not_say_whether_the_address_is_known() -> None:
    """Case 51."""
    assert "If we know this address" in Page(pages.link_sent()).text


@pytest.mark.parametrize("page", every_page(HOSTILE) + every_page())
def test_no_page_runs_or_loads_anything_foreign(page: Page) -> None:
    """Case 43: what people typed is only text."""
    assert not {tag for tag, _ in page.elements} & {"script", "img", "iframe", "object", "base"}
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    loaded = {element["href"] for element in page.all("link")}
    assert loaded == {"/favicon.svg", "/fonts/inter-latin-wght-normal.woff2"}
    assert all((link["href"] or "").startswith(("/", "mailto:", "tel:")) for link in page.all("a"))
    assert "49" not in page.text


@pytest.mark.parametrize("page", every_page())
def test_every_page_is_whole(page: Page) -> None:
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    metas = {meta.get("name"): meta.get("content") for meta in page.all("meta")}
    assert metas["referrer"] == "no-referrer"
    assert metas["robots"] == "noindex, nofollow"
    assert metas["color-scheme"] == "light dark"


def test_each_choice_wears_its_own_companys_logo_or_colour() -> None:
    pictured = pages.Choice("5.6", pages.Company("Mill", logo="/logos/c.png"), "Kim Lee")
    html = pages.choose_account([choices()[0], pictured], action_url="/sign-in/code")
    page = Page(html)
    assert [image["src"] for image in page.all("img")] == ["/logos/c.png"]
    (mark,) = [each for each in page.all("span") if "own" in (each.get("class") or "")]
    assert mark["class"] == "face own of1" and ".of1 { --fill: #c2410c; --on: #ffffff;" in html


@pytest.mark.parametrize("everywhere", [False, True])
def test_whoever_signs_out_reads_where(everywhere: bool) -> None:
    html = pages.signed_out(company(), everywhere=everywhere)
    assert "Bright Heating Co." in Page(html).text and "--brand: #c2410c" in html
    assert "Bright" not in Page(pages.signed_out(everywhere=everywhere)).text
