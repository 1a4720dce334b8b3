"""Letters to a customer who was made up, to show how a company's words look in them."""

from dataclasses import replace
from datetime import timedelta

from fsm_portal.domain.clock import now, today
from fsm_portal.domain.company import Company
from fsm_portal.domain.mail_text import TextKind
from fsm_portal.flows.mailing.letter_to import sender
from fsm_portal.gateways import letters
from fsm_portal.gateways.languages import language_of
from fsm_portal.gateways.letter_words import method_words
from fsm_portal.gateways.mail_message import Letter
from fsm_portal.gateways.reminder_letters import InvoiceReminder, reminder_letter


def sample_letter(company: Company, kind: TextKind, language: str, words: str) -> Letter:
    """Such a letter to a customer who was made up."""
    own = language == language_of(company.locale)
    writer = replace(sender(company), language=language, locale=company.locale if own else language)
    reader = letters.Reader("Dana Reyes", "dana@example.com")
    link = "https://example.com/" if company.offers_portal else ""
    due = today(company.time_zone)
    number, customer = f"{company.invoice_prefix}0042", "Harbor View Apartments"
    amount, currency = 28_000, company.currency
    invoices = (letters.PaidInvoice("", number, amount, 0),)
    paid = method_words("visa", "4242", language)
    match kind:
        case TextKind.INVOICE:
            return letters.invoice_letter(
                writer,
                reader,
                letters.InvoiceSent(
                    *("preview", "", number, customer, amount, amount, currency),
                    due_on=due + timedelta(days=14),
                    link=link,
                    link_valid_until=now() + timedelta(hours=72),
                    pdf=b"",
                    opening=words,
                ),
            )
        case TextKind.RECEIPT:
            return letters.receipt_letter(
                writer,
                reader,
                letters.PaymentReceived(
                    *("preview", customer, amount, currency, now(), paid, "", invoices, link),
                    opening=words,
                ),
            )
        case TextKind.REFUND:
            return letters.refund_letter(
                writer,
                reader,
                letters.RefundMade(
                    *("preview", customer, amount, currency, now(), paid, "", amount, due),
                    invoices=invoices,
                    link=link,
                    opening=words,
                ),
            )
        case TextKind.FAILED:
            return letters.failed_letter(
                writer,
                reader,
                letters.PaymentLost(
                    *("preview", customer, amount, currency),
                    method=method_words("us_bank_account", "6789", language),
                    reason="insufficient_funds",
                    invoices=invoices,
                    link=link,
                    opening=words,
                ),
            )
    days = {TextKind.REMINDER_SOON: -3, TextKind.REMINDER_TODAY: 0}.get(kind, 7)
    return reminder_letter(
        writer,
        reader,
        InvoiceReminder(
            *("preview", "", number, customer, amount, amount, currency),
            due_on=due - timedelta(days=days),
            days=days,
            link=link,
            link_valid_until=now() + timedelta(hours=72),
            stop="https://example.com/",
            phone=company.phone,
            opening=words,
        ),
    )
