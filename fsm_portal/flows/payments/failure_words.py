"""Why a payment failed, in words for the people in the office."""

# https://docs.stripe.com/declines/codes; the codes of refused charges and of bank debits.
_REASONS = {
    "approve_with_id": "The bank could not authorise it",
    "authentication_required": "The bank wants the cardholder to confirm it",
    "card_declined": "Declined by the card's bank",
    "card_not_supported": "The card cannot be used for this kind of payment",
    "card_velocity_exceeded": "The card is over its limit",
    "currency_not_supported": "The card cannot pay in this currency",
    "debit_not_authorized": "The account holder says the debit was not authorised",
    "do_not_honor": "Declined by the card's bank",
    "elevated_risk_level": "Blocked by Stripe as too risky",
    "expired_card": "The card has expired",
    "fraudulent": "Blocked: the bank suspects fraud",
    "generic_decline": "Declined by the card's bank",
    "highest_risk_level": "Blocked by Stripe as too risky",
    "incorrect_cvc": "Wrong security code",
    "incorrect_number": "Wrong card number",
    "incorrect_zip": "Wrong postal code",
    "insufficient_funds": "Not enough money in the account",
    "invalid_account": "The card or its account is not valid",
    "invalid_cvc": "Wrong security code",
    "lost_card": "The card is reported lost",
    "account_closed": "The bank account is closed",
    "no_account": "There is no such bank account",
    "not_permitted": "The bank does not permit this payment",
    "payment_intent_authentication_failure": "The cardholder was not confirmed by the bank",
    "pickup_card": "The card is reported lost or stolen",
    "processing_error": "The bank could not process it just then",
    "restricted_card": "The card is restricted",
    "stolen_card": "The card is reported stolen",
    "transaction_not_allowed": "The bank does not allow this kind of payment",
    "try_again_later": "The bank could not decide just then",
    "withdrawal_count_limit_exceeded": "The card is over its limit",
}


def failure_words(code: str, message: str) -> str:
    """``code`` and ``message`` as Stripe gave them; an unknown code leaves the message to speak."""
    if code in _REASONS:
        return _REASONS[code]
    if message:
        return message
    return code.replace("_", " ").capitalize() or "Stripe gave no reason"
