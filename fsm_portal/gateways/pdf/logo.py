"""A company's logo as it goes into a document."""

import hashlib
import logging
from functools import lru_cache

from fsm_portal.gateways.logo import Logo, LogoRefused, redrawn

LOG = logging.getLogger(__name__)


@lru_cache(maxsize=64)
def logo(picture: bytes) -> Logo | None:
    """``picture`` (PNG or JPEG) decoded and written anew, or None if it cannot be used.

    A picture that is refused is logged and the document goes out without it: an invoice must not
    fail on its decoration.
    """
    try:
        return redrawn(picture)
    except LogoRefused as error:
        name = hashlib.sha256(picture).hexdigest()[:12]
        LOG.warning("logo %s left out of a document: %s", name, error)
        return None
