"""Every kind of document in every language, with names as people of the place write them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from fsm_portal.gateways import formats
from fsm_portal.gateways.pdf import (
    Document,
    InvoiceLine,
    MoneyBack,
    PaidInvoice,
    RefundDocument,
    RefundedPayment,
    Stamp,
    StatementAccount,
    StatementDocument,
    StatementRow,
    TaxSummary,
    wording,
)
from tests.gateways.pdf_documents import BRIGHT_HEATING, invoice, receipt

# Locale -> currency, the customer, what was done. One of each language at least.
PLACES = {
    "en_US": ("USD", ("Harbor View Apartments", "Dana Reyes"), ("Boiler service", "Thermostat")),
    "de_DE": ("EUR", ("Hafenblick GmbH", "Jürgen Weiß"), ("Kesselwartung", "Thermostat")),
    "fr_FR": ("EUR", ("Résidence du Port", "Zoé Lefèvre"), ("Entretien", "Thermostat posé")),
    "es_ES": ("EUR", ("Apartamentos del Puerto", "Íñigo Núñez"), ("Revisión", "Termostato")),
    "it_IT": ("EUR", ("Residenza del Porto", "Niccolò Forlì"), ("Manutenzione", "Termostato")),
    "nl_NL": ("EUR", ("Havenzicht B.V.", "Daniëlle Smit"), ("Onderhoud", "Thermostaat")),
    "pt_BR": ("BRL", ("Edifício do Porto", "João Conceição"), ("Manutenção", "Termostato")),
    "pl_PL": ("PLN", ("Widok na Port", "Łukasz Żółć"), ("Przegląd kotła", "Termostat")),
    "ja_JP": (
        "JPY",
        ("ハーバービュー株式会社", "山田花子様", "東京都港区芝公園4-2-8"),
        ("ボイラー年次点検", "サーモスタット（取付込み）"),
    ),
    "ko_KR": ("KRW", ("하버뷰 아파트", "김민지"), ("연간 보일러 점검", "온도 조절기 설치")),
    "zh_CN": ("CNY", ("海港公寓有限公司", "王芳"), ("年度锅炉保养", "恒温器（含安装）")),
    "zh_TW": ("TWD", ("海港公寓有限公司", "陳怡君"), ("年度鍋爐保養", "恆溫器（含安裝）")),
    "ar_AE": (
        "AED",
        ("شركة الميناء للشقق", "دانة رييس", "شارع الشيخ زايد 200، دبي"),
        ("صيانة سنوية للغلاية (نموذج AX-200)", "ثرموستات مع التركيب"),
    ),
    "he_IL": ("ILS", ("דירות הנמל בע״מ", "דנה רייס"), ("שירות שנתי לדוד", "תרמוסטט כולל התקנה")),
    "th_TH": (
        "THB",
        ("บริษัท ฮาร์เบอร์วิว จำกัด", "คุณดาน่า"),
        ("บริการตรวจเช็คหม้อไอน้ำประจำปี 🔧", "เทอร์โมสตัทพร้อมติดตั้ง"),
    ),
}
KINDS = ("invoice", "paid", "credit_note", "receipt", "refund", "statement")


def in_place(kind: str, locale: str) -> Document:
    """A document of ``kind`` for a reader in one of PLACES."""
    return _BY_KIND[kind](locale)


def _invoice(locale: str, **changes):
    currency, customer, (service, part) = PLACES[locale]
    words = wording(locale)
    ten, five = formats.percent(100_000, locale), formats.percent(50_000, locale)
    lines = (
        InvoiceLine(service, Decimal(1), Decimal(18_900), 18_900, part, ten),
        InvoiceLine(part, Decimal("2.5"), Decimal(4_000), 9_500, "", five, words("table.part")),
    )
    values = {
        "locale": locale,
        "currency": currency,
        "bill_to": customer,
        "discount": 500,
        "discount_label": words("totals.discount_of", percent=five),
        "subtotal": 27_900,
        "taxes": (TaxSummary(ten, 18_650, 1_865), TaxSummary(five, 9_250, 463)),
        "tax_total": 2_328,
        "total": 30_228,
        "paid": 10_000,
        "due": 20_228,
        "deposit": 5_000,
        "notes": f"{service}\n{part}",
        "terms": customer[0],
        "reference": "PO-77",
    }
    return invoice(*lines, **{**values, **changes})


def _paid(locale: str):
    stamp = Stamp(wording(locale)("stamp.paid"), formats.day(date(2026, 11, 21), locale))
    return _invoice(locale, paid=30_228, due=0, deposit=0, stamp=stamp, pay_url="")


def _credit_note(locale: str):
    made = _invoice(locale, paid=0, due=0, deposit=0, discount=0, pay_url="", due_date=None)
    return replace(made, title="Credit note", number="CN-0003", reference="INV-0042")


def _receipt(locale: str):
    currency, customer, _ = PLACES[locale]
    words = wording(locale)
    return receipt(
        locale=locale,
        currency=currency,
        customer=customer,
        method=words("method.ending", method="Visa", last4="4242"),
        allocations=(
            PaidInvoice("INV-0041", 10_000, date(2026, 11, 1), 10_000),
            PaidInvoice("INV-0042", 20_228, date(2026, 11, 2), 30_228),
        ),
        amount=30_310,
        credit=82,
        back=(MoneyBack(words("receipt.refunded_on", day=_day(23, locale)), 8_000),),
        stamp=Stamp(words("stamp.partially_refunded"), tone="quiet"),
    )


def _refund(locale: str):
    currency, customer, _ = PLACES[locale]
    words = wording(locale)
    return RefundDocument(
        company=BRIGHT_HEATING,
        number="RF-00AB12CD",
        refunded_on=date(2026, 11, 23),
        amount=8_000,
        currency=currency,
        method=words("method.ending", method="Visa", last4="4242"),
        customer=customer,
        payment=RefundedPayment("R-1234ABCD", date(2026, 11, 21), 30_310, 1_000, 21_310),
        created_at=datetime(2026, 11, 23, 15, tzinfo=UTC),
        reference="re_3QaW8mLkdIwHu7ix0Zr5vXyT",
        allocations=(PaidInvoice("INV-0042", 7_918, date(2026, 11, 2), 30_228),),
        credit=82,
        remarks=(words("refund.on_its_way"), words("refund.with_note", numbers="CN-0003")),
        stamp=Stamp(words("stamp.on_its_way"), tone="quiet"),
        locale=locale,
    )


def _statement(locale: str):
    currency, customer, _ = PLACES[locale]
    words = wording(locale)
    method = words("method.ending", method="Visa", last4="4242")
    rows = (
        _row(2, words("movement.invoice", numbers="INV-0042"), "", 30_228, 30_228),
        _row(21, words("movement.payment_by", method=method), "INV-0042", -30_310, -82),
        _row(23, words("movement.refund_to", method="Visa"), "INV-0042", 8_000, 7_918),
        _row(23, words("movement.credit_note", number="CN-0003"), "INV-0042", -7_900, 18),
    )
    note = words("statement.to_pay_now", amount=formats.money(18, currency, locale))
    return StatementDocument(
        company=BRIGHT_HEATING,
        customer=customer,
        first=date(2026, 11, 1),
        last=date(2026, 11, 30),
        accounts=(StatementAccount(currency, 0, 38_228, 38_210, 18, rows, note),),
        created_at=datetime(2026, 11, 30, tzinfo=UTC),
        terms=customer[0],
        locale=locale,
    )


def _row(day: int, title: str, note: str, amount: int, balance: int) -> StatementRow:
    return StatementRow(date(2026, 11, day), title, note, amount, balance)


def _day(day: int, locale: str) -> str:
    return formats.day(date(2026, 11, day), locale)


_BY_KIND = {
    "invoice": _invoice,
    "paid": _paid,
    "credit_note": _credit_note,
    "receipt": _receipt,
    "refund": _refund,
    "statement": _statement,
}
