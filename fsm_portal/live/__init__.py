"""Live push: a commit rings topics, and every open tab that is allowed to know shows it.

How a page uses it::

    class InvoicePage(rx.State):
        view: InvoiceView = InvoiceView()          # push-only: no handler assigns it

        @classmethod
        def load_view(cls, scope: CustomerEyes, params: str) -> InvoiceView:
            ...                                    # sync, own database session, in a thread

        @rx.event
        async def on_load(self):
            identity = ...                         # authorise first
            live.watch(self, InvoicePage, {f"invoice:{id}"}, scope, id, session_id=...)

The first load, a reconnect and every later ring take the same way: the hub calls ``load_view``
and sends what it returns to the sockets whose session is still valid. A scope belongs to the
session and is read anew with it: whose role has changed sees with the new one. Tabs with equal
``(page, scope, params)`` share one call, so ``scope`` must say everything that decides what may
be seen, and nothing more. docs/decisions/0007-live-push.md has the reasons.

While a page's ``view`` is the empty default, show the skeleton; when ``LiveTab.signed_out``
is true, say so and offer the sign-in page. Never call ``self.reset()`` in a page State, and put
derived fields into the view: computed vars that read ``view`` are refused.
"""

from fsm_portal.live.hub import SessionsAlive
from fsm_portal.live.service import idle, ring, start, watch
from fsm_portal.live.wire import LiveTab

__all__ = ["LiveTab", "SessionsAlive", "idle", "ring", "start", "watch"]
