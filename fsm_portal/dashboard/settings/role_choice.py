"""Choosing a role, with what each may do beside it."""

from typing import Any

import reflex as rx

from fsm_portal.domain.role import Role
from fsm_portal.flows.team.role_words import ROLE_WORDS
from fsm_portal.ui.values import Text


def role_choice(may_make_owners: Any, error: Text, chosen: Any = Role.OFFICE.value) -> rx.Component:
    """One of the roles, under the name ``role``. The owner's is offered to owners only."""
    return rx.el.fieldset(
        rx.el.legend("Role", class_name="mb-1.5 font-medium"),
        rx.el.div(
            rx.cond(may_make_owners, _choice(Role.OWNER, chosen)),
            *[_choice(role, chosen) for role in Role if role is not Role.OWNER],
            class_name="divide-y divide-line overflow-hidden rounded-lg border border-edge",
        ),
        rx.el.p(
            error,
            aria_live="polite",
            class_name="mt-1.5 text-xs font-medium text-bad empty:hidden",
        ),
    )


def _choice(role: Role, chosen: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="role",
            value=role.value,
            default_checked=chosen == role.value,
            class_name="mt-0.5 size-5 shrink-0",
        ),
        rx.el.span(
            rx.el.span(role.value.capitalize(), class_name="block font-medium"),
            rx.el.span(ROLE_WORDS[role], class_name="block text-xs text-muted"),
        ),
        class_name="flex min-h-11 items-start gap-3 px-3 py-2.5 hover:bg-sunken "
        "has-checked:bg-brand-soft",
    )
