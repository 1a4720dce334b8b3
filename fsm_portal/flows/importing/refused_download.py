"""refused.csv of an import from a page."""

import gzip

from fsm_portal.db import reading
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.importing.uploads import run_of


def refused_of(who: Identity, run_id: str) -> tuple[str, bytes] | None:
    """A file's name and content; None where there is none for these eyes."""
    if not who.may(May.IMPORT):
        return None
    with reading() as session:
        run = run_of(session, who.company_id, run_id)
        # The second of the two files, read when it is asked for.
        packed = run.refused if run is not None else None
    if run is None or packed is None:
        return None
    return f"refused-{run.kind}.csv", gzip.decompress(packed)
