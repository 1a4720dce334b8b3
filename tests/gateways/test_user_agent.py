"""What a browser is called on the page of sessions and in a letter."""

import pytest

from fsm_portal.gateways.user_agent import browser_words

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


CHROMIUM = f"{WEBKIT} Chrome/142.0.0.0"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("system", "rest", "words"),
    [
        ("Windows NT 10.0; Win64; x64", f"{CHROMIUM} Safari/537.36", "Chrome on Windows"),
        ("Windows NT 10.0", f"{CHROMIUM} Safari/537.36 Edg/142.0.0.0", "Edge on Windows"),
        ("Windows NT 10.0", f"{CHROMIUM} Safari/537.36 OPR/120.0.0.0", "Opera on Windows"),
        ("Macintosh; Intel Mac OS X 10_15_7", f"{APPLE} Version/26.0 Safari/605", "Safari on Mac"),
        ("iPhone; CPU iPhone OS 18_6", f"{APPLE} Version/26.0 Safari/604.1", "Safari on iPhone"),
        ("iPhone; CPU iPhone OS 18_6", f"{APPLE} CriOS/142.0 Safari/604.1", "Chrome on iPhone"),
        ("iPad; CPU OS 18_6", f"{APPLE} FxiOS/145.0 Safari/605.1.15", "Firefox on iPad"),
        (
            "Linux; Android 10; K",
            f"{WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("X11; CrOS x86_64 14541.0.0", f"{CHROMIUM} Safari/537.36", "Chrome on ChromeOS"),
        ("X11; Linux x86_64; rv:145.0", "Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
    ],
)
def test_the_common_ones(system, rest, words):
    assert browser_words(f"{MOZILLA} ({system}) {rest}") == words


@pytest.mark.parametrize("user_agent", ["", "curl/8.5.0", "x" * 300])
def test_what_is_not_known_is_a_browser(user_agent):
    assert browser_words(user_agent) == "A browser"


def test_nothing_of_what_a_stranger_sends_is_repeated():
    """Case 43: it stands in letters to others."""
    assert browser_words('<script>alert("Chrome/1 Windows")</script>') == "Chrome on Windows"
