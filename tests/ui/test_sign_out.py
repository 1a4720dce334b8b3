"""Signing out has to work by itself: it is what one presses when one does not trust the machine."""

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
