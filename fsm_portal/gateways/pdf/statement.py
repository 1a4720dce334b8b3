"""A customer's statement as a PDF file."""

from fsm_portal.gateways.pdf.colours import GREY, INK, RULE, WHITE
from fsm_portal.gateways.pdf.document import StatementAccount, StatementDocument, StatementRow
from fsm_portal.gateways.pdf.drawn import Drawn
from fsm_portal.gateways.pdf.figures import Figures
from fsm_portal.gateways.pdf.letterhead import LABEL, PLAIN, VALUE, Letterhead
from fsm_portal.gateways.pdf.sheet import Sheet, Style
from fsm_portal.gateways.pdf.text import shorten, tabular
from fsm_portal.gateways.pdf.wording import wording

_PANEL = 190.0
_EACH = 30.0  # of the panel, for each of several currencies
_ROW, _HEADER, _SUMS = 19.0, 22.0, 17.0
_SUMMED = 4  # sums below the last balance, each a row of _SUMS
_GAP = 12.0
_SECOND = 11.0  # more for a row whose note has a line of its own
_DAY = 74.0  # the width of the column of days, or more where they are written at length
_FIGURE = 82.0  # the width of a column of money
_SUMMARY = 232.0
_HEADING = Style(8, GREY, "SemiBold")
_WORDS = Style(9.2, INK)
_NOTE = Style(8, GREY)
_STRONG = Style(9.2, INK, "SemiBold")
_QUIET = Style(9.2, GREY)


def draw_statement(document: StatementDocument) -> Drawn:
    """The statement as PDF bytes. Equal documents give equal bytes.

    However many movements there are, each page begins with the headings of the columns. Raises
    ValueError for an unknown currency or locale.
    """
    return _Statement(document).drawn()


class _Statement:
    """One statement while it is drawn."""

    def __init__(self, document: StatementDocument) -> None:
        self._document = document
        self._figures = {
            account.currency: Figures(account.currency, document.locale)
            for account in document.accounts
        }
        self._longest: dict[str, float] = {}
        self._day = _DAY
        self._any = next(iter(self._figures.values()))
        words = self._words = wording(document.locale)
        last = self._any.day(document.last)
        since = self._any.day(document.first) if document.first else ""
        self._period = (
            words.joined(since, last, by=" – ") if since else words("statement.until", day=last)
        )
        self._sheet = Sheet.of(document, "kind.statement", self._period)
        days = {row.day for account in document.accounts for row in account.rows}
        widest = max((_QUIET.measure(self._any.day(day)) for day in days), default=0.0)
        self._day = max(_DAY, widest + 10)
        kind = words("kind.statement")
        self._head = Letterhead(self._sheet, document.company, kind, self._period)

    def drawn(self) -> Drawn:
        head, document = self._head, self._document
        y = self._particulars(head.first_page() + 24)
        for account in document.accounts:
            y = self._account(account, y + 18)
            if account.note:
                heading = self._words("statement.of_the_closing")
                y = head.paragraph(y + 10, heading, account.note)
        if document.terms.strip() and any(each.closing > 0 for each in document.accounts):
            head.paragraph(y + 22, self._words("invoice.terms"), document.terms)
        head.feet()
        return self._sheet.drawn()

    def _particulars(self, y: float) -> float:
        """Whose it is, which days, and what is owed at the end in a tinted box."""
        sheet, head, document = self._sheet, self._head, self._document
        words = self._words
        sheet.text(sheet.left, y + LABEL.size, words("statement.for"), LABEL)
        names = head.lines(sheet.left, y + 13, document.customer, 185, VALUE, PLAIN)

        middle = sheet.left + 205
        first = document.first
        since = self._any.day(first) if first else words("statement.beginning")
        rows = head.labelled(middle, y, words("statement.from"), since, 95)
        until = self._any.day(document.last)
        rows = head.labelled(middle, rows, words("statement.to"), until, 95)
        return max(names, rows, self._panel(y - 6))

    def _panel(self, y: float) -> float:
        sheet, accounts = self._sheet, self._document.accounts
        left, room = sheet.right - _PANEL, _PANEL - 28
        height = 64.0 if len(accounts) == 1 else 20.0 + _EACH * len(accounts)
        sheet.box(left, y, _PANEL, height, self._head.colour.mixed(WHITE, 0.92), radius=7)
        sheet.text(left + 14, y + 19, self._means(accounts[0]), LABEL)
        style = Style(21 if len(accounts) == 1 else 14, INK, "SemiBold")
        base = y + (41 if len(accounts) == 1 else 36)
        for account in accounts:
            amount = self._money(abs(account.closing), account)
            if len(accounts) > 1 and account is not accounts[0]:
                sheet.text(left + 14, base - 15, self._means(account), LABEL)
            sheet.text(left + 14, base, amount, style.fitted(amount, room))
            base += _EACH
        return y + height

    def _means(self, account: StatementAccount) -> str:
        if account.closing > 0:
            key = "balance_on" if account.note else "owed_on"
        else:
            key = "credit_on" if account.closing < 0 else "nothing_on"
        return self._words(f"statement.{key}", day=self._any.day(self._document.last))

    def _account(self, account: StatementAccount, y: float) -> float:
        """One currency: its movements between two balances, and what they come to."""
        sheet = self._sheet
        if len(self._document.accounts) > 1:
            if y + 3 * _ROW + _HEADER > sheet.bottom:
                y = self._head.next_page()
            currency = self._words("statement.in_currency", currency=account.currency)
            sheet.text(sheet.left, y + 11, currency, Style(10.6, INK, "SemiBold"))
            y += 16
        y = self._header(y)
        y = self._balance(y, self._words("statement.opening"), account.opening, account)
        for row in account.rows:
            if y + _ROW + _SECOND > sheet.bottom:
                y = self._header(self._head.next_page())
            y = self._row(y, row, account)
        # The sums stand on no page without the balance above them.
        if y + _ROW + _GAP + _SUMMED * _SUMS > sheet.bottom:
            y = self._header(self._head.next_page())
        y = self._balance(y, self._words("statement.closing"), account.closing, account)
        return self._summary(y + _GAP, account)

    def _header(self, y: float) -> float:
        sheet, words = self._sheet, self._words
        sheet.text(sheet.left, y + 13, words("statement.date"), _HEADING)
        sheet.text(sheet.left + self._day, y + 13, words("statement.description"), _HEADING)
        for index, name in enumerate(("balance", "payments", "charges")):
            heading = words(f"statement.{name}")
            style = _HEADING.fitted(heading, _FIGURE - 8)
            sheet.text_right(sheet.right - index * _FIGURE, y + 13, heading, style)
        sheet.rule(y + _HEADER, INK, thick=0.9)
        return y + _HEADER

    def _row(self, y: float, row: StatementRow, account: StatementAccount) -> float:
        sheet, base = self._sheet, y + 12.8
        sheet.text(sheet.left, base, self._any.day(row.day), _QUIET)
        x, room = sheet.left + self._day, sheet.right - 3 * _FIGURE - sheet.left - self._day + 14
        title = shorten(sheet.line(row.title, 80), room, _WORDS.measure)
        sheet.text(x, base, title, _WORDS)
        end = y + _ROW
        if row.note:
            note = shorten(sheet.line(row.note, 80), room, _NOTE.measure)
            beside = _WORDS.measure(title) + 8
            if beside + _NOTE.measure(note) <= room:
                sheet.text(x + beside, base, note, _NOTE)
            else:
                sheet.text(x, base + _SECOND, note, _NOTE)
                end += _SECOND
        if row.amount:
            right = sheet.right - (2 if row.amount > 0 else 1) * _FIGURE
            self._figure(right, base, abs(row.amount), account, _WORDS)
        self._figure(sheet.right, base, row.balance, account, _STRONG)
        sheet.rule(end, RULE)
        return end

    def _balance(self, y: float, title: str, amount: int, account: StatementAccount) -> float:
        sheet, base = self._sheet, y + 12.8
        sheet.text(sheet.left + self._day, base, title, _STRONG)
        self._figure(sheet.right, base, amount, account, _STRONG)
        sheet.rule(y + _ROW, RULE)
        return y + _ROW

    def _summary(self, y: float, account: StatementAccount) -> float:
        """Balances and sums once more, where one looks for them: at the end."""
        sheet, words = self._sheet, self._words
        rows = [
            (words("statement.opening"), account.opening, _WORDS),
            (words("statement.charges"), account.raised, _WORDS),
            (words("statement.payments_and_credits"), -account.lowered, _WORDS),
            (words("statement.closing"), account.closing, Style(10.6, INK, "SemiBold")),
        ]
        left = sheet.right - _SUMMARY
        for label, amount, style in rows:
            if style is not _WORDS:
                sheet.rule(y + 3, RULE, left, sheet.right)
                y += 4
            sheet.text(left, y + 12, label, _QUIET if style is _WORDS else style)
            self._figure(sheet.right, y + 12, amount, account, style)
            y += _SUMS
        return y

    def _figure(
        self, right: float, base: float, amount: int, account: StatementAccount, style: Style
    ) -> None:
        text = tabular(self._money(amount, account))
        fitted = style.fitted(text, _FIGURE - 8)
        self._sheet.figure(right, base, text, fitted, self._widest(account))

    def _widest(self, account: StatementAccount) -> float:
        """What the longest figure of ``account`` takes, where that is asked for (Sheet.figure)."""
        if not self._sheet.mirrored:
            return 0.0
        if account.currency not in self._longest:
            sums = (account.opening, -account.raised, -account.lowered, account.closing)
            largest = max(map(abs, (*sums, *(row.balance for row in account.rows))))
            text = tabular(self._money(-largest, account))
            self._longest[account.currency] = min(_FIGURE - 8, _STRONG.measure(text))
        return self._longest[account.currency]

    def _money(self, amount: int, account: StatementAccount) -> str:
        return self._figures[account.currency].money(amount)
