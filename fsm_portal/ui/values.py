"""What components accept: a plain value, or a var that the page's State fills in the browser."""

import reflex as rx

Text = str | rx.Var[str]
Flag = bool | rx.Var[bool]
Number = int | float | rx.Var[int] | rx.Var[float]
Node = Text | rx.Component


def either(flag: Flag, yes: Node, no: Node) -> rx.Component | Text:
    """``yes`` or ``no``: decided now for a plain flag, in the browser for a var."""
    if isinstance(flag, rx.Var):
        return rx.cond(flag, yes, no)
    return yes if flag else no


def if_any(value: Text, shown: rx.Component) -> rx.Component:
    """``shown``, unless ``value`` is the empty text."""
    if isinstance(value, rx.Var):
        return rx.cond(value, shown)
    return shown if value else rx.fragment()


def plain_id(name: str) -> dict[str, str]:
    """An id as a custom attribute: for a plain ``id`` Reflex keeps a reference in script."""
    return {"id": name}


def in_browser(expression: str, *operands: rx.Var, of: type = str) -> rx.Var:
    """A var computed in the browser: ``{0}``, ``{1}`` ... stand for the operands."""
    data = rx.vars.VarData.merge(*[operand._get_all_var_data() for operand in operands])
    code = expression.format(*[str(operand) for operand in operands])
    return rx.Var(_js_expr=code, _var_type=of, _var_data=data).guess_type()
