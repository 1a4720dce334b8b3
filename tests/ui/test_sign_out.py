"""Signing out has to work by itself: it is what one presses when one does not trust the machine."""

from fsm_portal.ui import as_typed, dialog
from fsm_portal.ui.sign_out import sign_out


def test_the_browser_itself_posts_the_form():
    """Reflex's own form element would hold the submission back and send it nowhere."""
    form = sign_out()
    rendered = str(form.render())
    assert form.tag == "form"
    assert '"method":"post"' in rendered.replace(" ", "") or 'method:"post"' in rendered
    assert "/sign-out" in rendered
    assert "onSubmit" not in rendered
    assert not form._get_all_hooks()


def test_what_was_typed_and_not_kept_goes_with_whoever_typed_it():
    """The next one at this tab may be somebody else: notes, new jobs, what stands in a dialog."""
    rendered = str(sign_out().render())
    assert "onClick" in rendered
    assert "sessionStorage.removeItem(name)" in rendered
    assert "'typed ' + UNDER" in as_typed._KEEPS
    assert "'dialog-' + box.id" in dialog._KEEPS_WHAT_WAS_TYPED
    assert "^(typed |dialog-)" in rendered
