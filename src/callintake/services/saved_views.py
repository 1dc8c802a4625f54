"""Views of an agent's own: words that say a filter, under a name."""

from sqlmodel import Session, col, select

from callintake.domain.errors import NotFound, Refused
from callintake.domain.text import clean_line, elide
from callintake.domain.view import View
from callintake.store.tables import SavedViewRow

MOST = 50
"""How many an agent may have."""
_LONGEST_NAME, _LONGEST = 40, 1000


def saved_views(session: Session, agent: str) -> dict[str, str]:
    """Return the words of an agent's own views, by their names."""
    query = select(SavedViewRow).where(SavedViewRow.agent == agent).order_by(col(SavedViewRow.name))
    return {row.name: row.words for row in session.exec(query)}


def save_view(session: Session, name: str, words: str, agent: str) -> str:
    """Keep words under a name, and return it as it is kept; what was under it gives way.

    Raises:
        Refused: there is no name, or it is one that the desk has already, or there are too many views or words.
    """
    name = elide(clean_line(name), _LONGEST_NAME)
    if not name:
        raise Refused("a view needs a name")
    if name.casefold() in list(View):
        raise Refused(f"“{name}” is a view that every desk has; give it another name")
    words = clean_line(words)
    if len(words) > _LONGEST:
        raise Refused(f"a view has {_LONGEST} characters at most, and this has {len(words)}: search for less")
    row = session.get(SavedViewRow, (agent, name))
    if row is None:
        if len(saved_views(session, agent)) >= MOST:
            raise Refused(f"you have {MOST} views; forget one first")
        row = SavedViewRow(agent=agent, name=name)
    row.words = words
    session.add(row)
    session.flush()
    return name


def forget_view(session: Session, name: str, agent: str) -> None:
    """Forget a view of one's own.

    Raises:
        NotFound: there is none of that name.
    """
    row = session.get(SavedViewRow, (agent, name))
    if row is None:
        raise NotFound(f"you have no view “{clean_line(name)[:_LONGEST_NAME]}”")
    session.delete(row)
    session.flush()
