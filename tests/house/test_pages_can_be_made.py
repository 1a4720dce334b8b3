"""Every page of both faces can be put together: a build of the front end would fail on any other,
half a minute later."""

from reflex.compiler import compiler

from tests.portal_app import the_portal
from tests.ui.test_kit import everything_in


def test_every_page_can_be_made():
    """Wrong properties and conditions show when a page is evaluated, not when it is imported.

    What a tab keeps of what is typed is kept as an object's or as a company's: who signs in next on
    a shared computer may be of another.
    """
    # Put together otherwise, it would have its worker with it in every test after this one.
    app, wrong, kept = the_portal(), [], set()
    for route, page in app._unevaluated_pages.items():
        try:
            made = compiler.into_component(page.component)
        except Exception as error:
            wrong.append(f"{route}: {error}")
            continue
        kept |= {
            str(each.under) for each in everything_in(made) if "AsTyped" in type(each).__name__
        }
    assert wrong == [] and app._unevaluated_pages
    assert kept and not {
        name for name in kept if '["id"]' not in name and '["company"]' not in name
    }
