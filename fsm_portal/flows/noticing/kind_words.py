"""What each kind of notice is called, where staff choose among them and in their letters."""

from dataclasses import dataclass

from fsm_portal.domain.notice import NoticeKind


@dataclass(frozen=True)
class KindWords:
    """``label`` and ``hint`` stand in the settings, ``about`` ends "you are told of …", ``button``
    leads from a letter to the place."""

    label: str
    hint: str
    about: str
    button: str


KIND_WORDS: dict[NoticeKind, KindWords] = {
    NoticeKind.FAILED_PAYMENT: KindWords(
        "Failed payments",
        "A card was refused or a bank debit came back, and no other payment followed.",
        "payments that failed",
        "Look at it",
    ),
    NoticeKind.DISPUTE: KindWords(
        "Disputes",
        "A customer’s bank takes a payment back, or asks about it. There is a day to answer by.",
        "disputes",
        "See what to do",
    ),
    NoticeKind.ACCOUNT: KindWords(
        "Stripe account disconnected",
        "From then on nobody can pay online.",
        "a Stripe account that was disconnected",
        "Connect it again",
    ),
    NoticeKind.UNDELIVERED: KindWords(
        "Mail and work that was given up",
        "An invoice, a receipt or a reminder that could not be delivered; a refund that was not "
        "made.",
        "mail that could not be delivered",
        "Look at it",
    ),
}
