"""What the page's address says. Client input to the server: it decides what is asked for, never
whose it is."""

import reflex as rx
from reflex.vars import VarData

# Ours are 32 characters, Stripe's about 70.
_LONGEST = 255


def invoice_id(state: rx.State) -> str:
    """The last part of the path, at most 255 characters."""
    return state.router.url.path.rstrip("/").rpartition("/")[2][:_LONGEST]


def invoice_id_in_browser() -> rx.Var[str]:
    """The same in the browser, at this very moment: after a step from one invoice to another it
    differs from that of the view, which is on its way."""
    data = VarData(
        imports={"react-router": [rx.ImportVar(tag="useLocation")]},
        hooks={"const here = useLocation();": None},
    )
    return rx.Var(
        f'here.pathname.replace(/\\/+$/, "").split("/").pop().slice(0, {_LONGEST})',
        _var_type=str,
        _var_data=data,
    ).guess_type()


def checkout_id(state: rx.State) -> str:
    """The checkout that Stripe's page says it comes back from; empty on any other visit."""
    said = state.router.url.query_parameters.get("checkout", "")
    return said if len(said) <= _LONGEST else ""
