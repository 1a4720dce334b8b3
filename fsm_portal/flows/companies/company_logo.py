"""The picture of a company's logo, by the hash that names it."""

from sqlalchemy import bindparam, select

from fsm_portal.db import reading
from fsm_portal.domain.company_logo import CompanyLogo
from fsm_portal.domain.insert_once import table_of

_logo = table_of(CompanyLogo)
_PICTURE = select(_logo.c.picture).where(_logo.c.sha256 == bindparam("sha256")).limit(1)


def logo_picture(sha256: str | None) -> bytes | None:
    """The PNG of this hash; None where no company has it (any more).

    Whoever knows the hash may see it: logos are on the pages on which one signs in.
    """
    if not sha256:
        return None
    with reading() as session:
        picture: bytes | None = (
            session.connection().execute(_PICTURE, {"sha256": sha256}).scalar_one_or_none()
        )
    return picture
