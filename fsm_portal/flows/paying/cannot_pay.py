"""Why something cannot be paid now."""


class CannotPay(Exception):
    """A sentence for the customer; ``topics`` are to be rung for what came out meanwhile."""

    def __init__(self, sentence: str, topics: frozenset[str] = frozenset()) -> None:
        super().__init__(sentence)
        self.topics = topics


def too_little() -> CannotPay:
    return CannotPay("What is left is below the smallest amount a card payment can be.")
