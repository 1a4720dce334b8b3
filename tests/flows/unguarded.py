"""The portal's tables without a single key or constraint: what the controls run on."""

from sqlalchemy import Column, Engine, MetaData, Table

from fsm_portal.domain.tables import metadata


def drop_guards(engine: Engine) -> None:
    """Replace every table of ``engine`` (all empty) by one without keys."""
    metadata.drop_all(engine)
    bare = MetaData()
    for table in metadata.sorted_tables:
        Table(table.name, bare, *(Column(each.name, each.type) for each in table.columns))
    bare.create_all(engine)
