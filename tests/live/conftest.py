"""The little app, served; tabs on it, opened by customers' names."""

from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from reflex_base.registry import RegistrationContext

from fsm_portal.live import hub as hub_module
from fsm_portal.live import service
from fsm_portal.live.hub import Hub
from tests.fake_browser import FakeBrowser, Server, serve
from tests.live.notebook import notebook

OpenTab = Callable[..., FakeBrowser]


@pytest.fixture(scope="session")
def note_app() -> ModuleType:
    # Reflex keeps one list of States for a process; in a fork of it this app's are nobody else's.
    token = RegistrationContext.set(RegistrationContext.ensure_context().fork())
    try:
        from tests.live import note_app
    finally:
        RegistrationContext.reset(token)
    return note_app


@pytest.fixture
def impatient(monkeypatch) -> None:
    """What happens after minutes happens after moments. Name it before ``tab`` or ``server``."""
    monkeypatch.setattr(hub_module, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(hub_module, "QUIET_CHECK_SECONDS", 0.05)


@pytest.fixture
def server(note_app, tmp_path) -> Iterator[Server]:
    notebook.create(tmp_path / "notes.sqlite3")
    with serve(note_app.app) as server:
        yield server


@pytest.fixture
def hub(server) -> Hub:
    assert service._running is not None
    return service._running.hub


@pytest.fixture
def page(note_app):
    return note_app.NotePage


@pytest.fixture
def tab(server) -> Iterator[OpenTab]:
    """Open a signed-in tab: ``tab("dana")``; name the session for a second device of hers."""
    opened: list[FakeBrowser] = []

    def open_tab(customer: str, session: str = "", path: str = "/") -> FakeBrowser:
        session = session or f"session-of-{customer}"
        notebook.sign_in(session, customer)
        browser = FakeBrowser(server, cookie=f"session={session}")
        opened.append(browser)
        return browser.open(path)

    yield open_tab
    for browser in opened:
        browser.close()
