"""A page in name only: inside the router it stands for one that the server draws itself."""

import reflex as rx
from reflex_components_core.el import Div

from fsm_portal.ui.skeleton import skeleton_page


class _Elsewhere(Div):
    """Leaves the app for the address it stands at."""

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag="useEffect")]}

    def add_hooks(self) -> list[rx.Var]:
        # Without the slash: with one, a static file of this very page might answer.
        return [
            rx.Var(
                ";useEffect(() => {"
                " window.location.replace(window.location.pathname.replace(/[/]+$/, '')); }, []);"
            )
        ]


def elsewhere_page() -> rx.Component:
    """Register it at the address of a plain route (``/sign-in``) that a handler redirects to.

    ``rx.redirect`` stays inside the router whatever it is given; from here the browser loads the
    address in full. Whoever asks the server for it gets the plain route and never sees this.
    """
    return _Elsewhere.create(skeleton_page())
