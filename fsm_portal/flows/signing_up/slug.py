"""The short name of a company in addresses, made of its name."""

import re
import secrets
import unicodedata

from sqlalchemy import func, select
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of

_company = table_of(Company)
_LONGEST = 48
_OTHERS = re.compile(r"[^a-z0-9]+")


def free_slug(session: Session, name: str) -> str:
    """``Bright Heating Co.`` gives ``bright-heating-co``, or with a few letters more where that is
    somebody's. Whoever asks for the same at the same moment waits until this one is written."""
    slug = slug_of(name)
    if session.get_bind().dialect.name == "postgresql":
        # SQLite has one writer anyhow.
        key = func.hashtextextended(f"slug {slug}", 0)
        session.connection().execute(select(func.pg_advisory_xact_lock(key)))
    taken = session.connection().execute(select(_company.c.id).where(_company.c.slug == slug))
    return slug if taken.first() is None else f"{slug}-{secrets.token_hex(3)}"


def slug_of(name: str) -> str:
    """Small letters, digits and dashes; ``company`` for a name that has none of them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _OTHERS.sub("-", plain).strip("-")[:_LONGEST].strip("-") or "company"
