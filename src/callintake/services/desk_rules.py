"""The desk file in force: departments, categories and the rules of verification."""

from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import Session, col, select

from callintake.domain.routing import BUILT_IN, Desk
from callintake.store.tables import DeskFileRow


def rules_in_force(session: Session) -> Desk:
    """Return the rules of this desk: the desk file applied last, or those that come built in."""
    newest = session.execute(sa.select(sa.func.max(DeskFileRow.id))).scalar()
    if newest is None:
        return BUILT_IN
    body = session.exec(select(DeskFileRow.body).where(col(DeskFileRow.id) == newest)).one()
    return _parsed(body)


@lru_cache(maxsize=4)
def _parsed(body: str) -> Desk:
    from callintake.domain.desk_file import parse_desk_file

    return parse_desk_file(body)
