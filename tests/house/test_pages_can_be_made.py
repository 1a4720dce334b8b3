"""Every page of both faces can be put together: a build of the front end would fail on any other,
half a minute later."""

from reflex.compiler import compiler


def test_every_page_can_be_made(environment):
    """Wrong properties and conditions show when a page is evaluated, not when it is imported."""
    from fsm_portal.fsm_portal import app

    wrong = []
    for route, page in app._unevaluated_pages.items():
        try:
            compiler.into_component(page.component)
        except Exception as error:
            wrong.append(f"{route}: {error}")
    assert wrong == [] and app._unevaluated_pages
