"""Settings, Notifications: what somebody is mailed about. Everybody's own."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.form import typed
from fsm_portal.dashboard.settings.settings_page import settings_page
from fsm_portal.domain.notice import NoticeKind
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.noticing.own import CannotChoose, choose_mail
from fsm_portal.flows.noticing.show import NotificationsView, show_notifications
from fsm_portal.ui.button import button
from fsm_portal.ui.card import card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import checkbox
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.toast import say


class NotificationSettings(rx.State):
    view: NotificationsView = NotificationsView()
    busy: bool = False

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[str]) -> NotificationsView:
        return show_notifications(scope, params[0])

    @rx.event
    async def on_load(self) -> EventSpec | None:
        self.busy = False
        # Whose choice it is comes from the session, and from nowhere else.
        return await take_seat(self, NotificationSettings, lambda who: (who.person_id,))

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what is ticked."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if self.busy:
            return
        self.busy = True
        yield None
        ticked = typed(form, [kind.value for kind in NoticeKind])
        try:
            wanted = [kind for kind, value in ticked.items() if value == "on"]
            await asyncio.to_thread(choose_mail, who, wanted)
        except CannotChoose as error:
            await say(self, str(error), "warn")
            return
        finally:
            self.busy = False
        await say(self, "Notifications saved")


def notifications_page() -> rx.Component:
    view = last_seen("settings_notifications", NotificationSettings.view)
    return settings_page(
        rx.cond(
            view.loaded,
            rx.cond(view.allowed, card(_form(view), key="form"), _nothing()),
            loading(skeleton_card(5)),
        ),
        here="Notifications",
        page=NotificationSettings,
    )


def _form(view: Any) -> rx.Component:
    return rx.el.form(
        rx.el.fieldset(
            rx.el.legend("Mail me about", class_name="mb-1 font-semibold"),
            rx.el.p(
                "To ",
                rx.el.span(view.email, class_name="font-medium text-ink wrap-anywhere"),
                ". Once for each of them. All of it is shown under ",
                link("Notices", to="/dashboard/notices/"),
                " anyway.",
                class_name="mb-3 text-muted text-pretty",
            ),
            rx.foreach(view.choices, _choice),
        ),
        rx.el.div(
            button("Save", type="submit", loading=NotificationSettings.busy),
            class_name="mt-5 flex justify-end",
        ),
        on_submit=NotificationSettings.save,
        no_validate=True,
    )


def _choice(choice: Any) -> rx.Component:
    return rx.match(
        choice.kind,
        *[(kind.value, _box(kind.value, choice)) for kind in NoticeKind],
        rx.fragment(),
    )


def _box(name: str, choice: Any) -> rx.Component:
    return rx.el.div(
        checkbox(choice.label, name=name, hint=choice.hint, default_checked=choice.by_mail),
        key=name,
    )


def _nothing() -> rx.Component:
    return card(
        empty(
            "Nothing is mailed to you",
            "Notices are about payments, disputes and mail: they go to the office.",
            icon="bell",
        ),
        key="nothing",
    )
