"""What is no page of ours but may be somebody else's: the sign-in page, a document."""

import reflex as rx
from reflex.vars import VarData
from reflex_components_core.el import Div

from fsm_portal.ui.problem_page import not_found
from fsm_portal.ui.skeleton import skeleton_page


class _Elsewhere(Div):
    """Asks the server for the address in the address bar, unless that is where it came from."""

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {
            "react": [rx.ImportVar(tag="useEffect")],
            "react-router": [rx.ImportVar(tag="useNavigationType")],
        }

    def add_hooks(self) -> list[rx.Var]:
        return [
            rx.Var("const inside = useNavigationType() !== 'POP';"),
            rx.Var(";useEffect(() => { if (inside) window.location.reload(); }, [inside]);"),
        ]


def elsewhere_page() -> rx.Component:
    """For ``app.add_page(..., route="404")``.

    A redirect or link to an address outside the router (``/sign-in``) ends here without leaving
    the page; the browser then loads it in full. What the server does not know either is not found.
    """
    inside = rx.Var("inside", _var_type=bool, _var_data=VarData()).guess_type()
    return _Elsewhere.create(rx.cond(inside, skeleton_page(), not_found()))
