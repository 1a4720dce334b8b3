"""Why a company's invoices cannot be paid online, and what to do: for customers and for staff."""

from fsm_portal.domain.company import Company


def why_not_payable(company: Company) -> str:
    """For a customer; empty where payments are taken."""
    if company.can_take_payments:
        return ""
    ask = f"Please ask them how to pay: {company.email}"
    if company.phone:
        ask += f" or {company.phone}"
    if company.stripe_account_id is None:
        return f"{company.name} does not take payments online yet. {ask}."
    return f"{company.name} cannot be paid online right now. {ask}."


def what_stripe_needs(company: Company) -> tuple[str, str]:
    """For staff: what is the matter, and what to do about it; two empty texts where nothing is."""
    if company.can_take_payments:
        return "", ""
    if company.stripe_account_id is None:
        return (
            "Customers cannot pay online yet",
            (
                "No Stripe account is connected. An owner connects it under Settings, Payment "
                "processing; from then on every open invoice has its Pay button."
            ),
        )
    if company.stripe_deauthorized_at is not None:
        return (
            "Customers cannot pay online",
            (
                "The Stripe account was disconnected. An owner connects it again under Settings, "
                "Payment processing."
            ),
        )
    return (
        "Customers cannot pay online",
        (
            "Stripe does not let your account take payments yet. Settings, Payment processing "
            "leads to what is still missing."
        ),
    )
