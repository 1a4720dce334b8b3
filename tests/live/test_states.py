"""A tab has the States that it uses and no others, and nobody can tell."""

import asyncio

import pytest
import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.state import _apply_client_storage_vars, _override_base_method
from reflex_base.registry import RegistrationContext

from fsm_portal.live.states import SparseStates, can_wait, sparse_tree


@pytest.fixture
def states_of(server):
    """The States that the process has made for a tab, by name."""

    def made(browser) -> dict[str, rx.State]:
        root = server.app.state_manager.states[browser.token]
        return {type(state).__name__: state for state in dict(root.substates).values()}

    return made


@pytest.fixture
def in_context(note_app):
    """Where the little app's States are known."""
    token = RegistrationContext.set(note_app.app._registration_context.fork())
    yield
    RegistrationContext.reset(token)


def test_a_page_that_a_tab_was_never_at_is_no_memory_of_the_server(tab, states_of, note_app):
    dana, lee = tab("dana"), tab("lee", path="/length")
    assert "NotePage" in states_of(dana) and "LengthPage" not in states_of(dana)
    assert "LengthPage" in states_of(lee) and "NotePage" not in states_of(lee)
    dana.open("/length")
    assert {"NotePage", "LengthPage"} <= states_of(dana).keys()


def test_an_event_makes_the_state_that_it_is_for_and_what_it_changes_is_kept(
    tab, states_of, note_app
):
    lee = tab("lee", path="/length")
    lee.call(note_app.NotePage.click)
    assert lee.var(note_app.NotePage, "clicks") == 1
    lee.reconnect()
    assert lee.var(note_app.NotePage, "clicks") == 1
    assert states_of(lee)["NotePage"].clicks == 1
    # Like every page's, and not that of another tab.
    assert "NotePage" not in states_of(tab("dana", path="/length"))


def test_a_browser_that_has_old_values_is_told_the_defaults_of_states_never_made(tab, note_app):
    """The server was started anew: a tab comes back whose clicks nobody knows any more."""
    lee = tab("lee", path="/length")
    lee.call(note_app.NotePage.click)
    lee.server.app.state_manager.states.clear()
    lee.reconnect()
    assert lee.var(note_app.NotePage, "clicks") == 0


def test_the_whole_tree_reads_and_changes_as_reflexs_own(in_context, note_app):
    ours, reflexs = sparse_tree(rx.State), rx.State(_reflex_internal_init=True)
    assert ours.dict() == reflexs.dict()
    assert ours.dict(initial=True) == reflexs.dict(initial=True)
    for tree in (ours, reflexs):
        page = asyncio.run(tree.get_state(note_app.NotePage))
        assert page.parent_state is tree
        page.clicks = 3
    assert ours.get_delta() == reflexs.get_delta()
    assert ours.dict() == reflexs.dict()
    for tree in (ours, reflexs):
        tree._clean()
        tree.reset()
    assert ours.dict() == reflexs.dict() == rx.State(_reflex_internal_init=True).dict()
    # What one tab is sent is not what the next one begins with.
    ours.dict()[note_app.LengthPage.get_full_name()]["view_rx_state_"] = "changed"
    assert sparse_tree(rx.State).dict() == reflexs.dict()
    for tree in (ours, reflexs):
        with pytest.raises(ValueError, match="Invalid path"):
            tree.get_substate([rx.State.get_name(), "no_such_page"])


def test_what_its_defaults_do_not_say_all_of_is_made_with_the_tab(in_context):
    class Computes(rx.State):
        clicks: int = 0

        @rx.var
        def doubled(self) -> int:
            return 2 * self.clicks

    class OfItsOwn(rx.State):
        name: str = rx.field(default_factory=iter("abcdefgh").__next__)

    class Resets(rx.State):
        @_override_base_method
        def reset(self) -> None:
            super().reset()

    class Above(rx.State):
        clicks: int = 0

    class Below(Above):
        @rx.var
        def doubled(self) -> int:
            return 2 * self.clicks

    class Plain(rx.State):
        ticked: list[str] = []
        _hidden: str = "yes"
        theme: str = rx.LocalStorage("light")

    pages = (Computes, OfItsOwn, Resets, Above, Plain)
    assert [page for page in pages if can_wait(page)] == [Plain]
    tree = sparse_tree(rx.State)
    assert tree.substates.keys() >= {page.get_name() for page in pages if page is not Plain}
    assert Plain.get_name() not in tree.substates.keys()  # noqa: SIM118 (it is, but unmade)
    assert Plain.get_name() in tree.substates
    # What the browser has kept is put where it belongs, as it is at every hydration.
    kept = {f"{Plain.get_full_name()}.theme_rx_state_": "dark"}
    asyncio.run(_apply_client_storage_vars(tree, kept))
    assert asyncio.run(tree.get_state(Plain)).theme == "dark"
    tree._reset_client_storage()
    assert asyncio.run(tree.get_state(Plain)).theme == "light"


def test_a_tab_that_has_gone_leaves_nothing_behind(tab, server, states_of):
    dana = tab("dana")
    root = server.app.state_manager.states[dana.token]
    dana.close()

    async def an_hour_later() -> None:
        for token in [token for _, token in server.app.state_manager._token_expires_at.values()]:
            server.app.state_manager._purge_token(token)

    server.run(an_hour_later)
    assert not server.app.state_manager.states
    assert not list(root.substates.values())


def test_reflexs_own_manager_makes_its_trees_where_ours_does(server):
    """Were the method renamed, every tab would have all States again without a word."""
    assert isinstance(server.app.state_manager, SparseStates)
    assert "_get_or_create_state" in vars(StateManagerMemory)
