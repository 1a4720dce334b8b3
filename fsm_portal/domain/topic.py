"""Topics: what a browser can watch and a change can ring. Names only, never content."""


def company_topic(company_id: str) -> str:
    """Anything about the company's money or invoices changed."""
    return f"company:{company_id}"


def customer_topic(company_id: str, customer_id: str) -> str:
    """Anything that this customer can see changed."""
    return f"customer:{company_id}:{customer_id}"


def invoice_topic(company_id: str, invoice_id: str) -> str:
    """This invoice changed."""
    return f"invoice:{company_id}:{invoice_id}"


def session_topic(session_id: str) -> str:
    """This sign-in session ended."""
    return f"session:{session_id}"


def sheet_topic(company_id: str, sheet_id: str) -> str:
    """Something was typed on this sheet of the invoice editor."""
    return f"sheet:{company_id}:{sheet_id}"


def import_topic(company_id: str, run_id: str) -> str:
    """This import went on, or something about its file was chosen."""
    return f"import:{company_id}:{run_id}"
