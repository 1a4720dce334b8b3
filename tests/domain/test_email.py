"""One idea of what an email address is, for what is typed, imported and written on a letter."""

import pytest

from fsm_portal.domain.email import is_email, is_mailbox, same_address


@pytest.mark.parametrize(
    "text",
    ["dana@harborview.example", "a.b+invoices@mail.harborview.example", "o'neil@x.co",
     "büro@müller.example"],
)  # fmt: skip
def test_what_people_have(text):
    assert is_email(text) and is_mailbox(text)


@pytest.mark.parametrize(
    "text",
    ["", "dana", "dana@", "@x.example", "two@x.example, more@x.example", "a@x.example;b@x.example",
     "Dana <dana@x.example>", "a b@x.example", "dana@x.example\n", "a@x.example\x00",
     "a@@x.example", "(a)@x.example", '"a"@x.example', "x" * 250 + "@x.example"],
)  # fmt: skip
def test_what_is_no_address(text):
    assert not is_email(text) and not is_mailbox(text)


@pytest.mark.parametrize("text", ["a@b", "a@x.", "a@.example", "a@x..example"])
def test_a_host_without_its_dots_is_not_on_the_internet(text):
    assert not is_email(text)


def test_a_host_of_the_own_network_can_be_written_to():
    assert is_mailbox("root@localhost")


def test_capitals_and_blanks_make_no_other_mailbox():
    assert same_address(" Dana@HarborView.example ", "dana@harborview.example")
    assert not same_address("ap@harborview.example", "dana@harborview.example")
    assert not same_address("dana@harborview.example", None)


@pytest.mark.parametrize("other", ["dan\u212a@x.example", "dan\u0130@x.example", "ſam@x.example"])
def test_letters_that_only_look_alike_make_another_mailbox(other):
    """Their owners are strangers, who would otherwise be taken for Dana, or Sam."""
    assert not same_address("dank@x.example", other)
    assert not same_address("dani@x.example", other)
    assert not same_address("sam@x.example", other)
