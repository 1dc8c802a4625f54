"""Who works at the desk, and who leads it."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from callintake.domain.errors import NotFound, Refused
from callintake.domain.text import clean_line
from callintake.services import agents
from callintake.store.database import open_store
from callintake.store.tables import EventRow
from tests.conftest import LEAD, corpus
from tests.services.acting import AGENT


def test_the_first_of_a_desk_leads_it_and_those_who_follow_do_not(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "desk.db"))
    with store.transaction() as session:
        for name in ("ann", "bob", "ann"):
            assert agents.sign_in(session, name) == name
        assert agents.list_agents(session) == [("ann", "lead"), ("bob", "agent")]
    store.close()


def test_whoever_signs_in_has_a_name_that_is_safe_to_show(session: Session) -> None:
    for entry in corpus("name"):
        name = entry.values[0]
        if not clean_line(name):
            with pytest.raises(Refused, match="needs a name"):
                agents.sign_in(session, name)
            continue
        signed = agents.sign_in(session, name)
        assert not set(signed) & set("\x00\x1b\n\u202e")
        assert agents.sign_in(session, name) == agents.agent_named(session, signed) == signed


def test_a_name_is_cut_so_that_it_is_the_same_every_day(session: Session) -> None:
    assert agents.sign_in(session, "x" * 500) == agents.sign_in(session, "x" * 600) == "x" * 80
    spaced = "x" * 79 + " y"
    assert agents.sign_in(session, spaced) == agents.sign_in(session, agents.sign_in(session, spaced))


def test_a_lead_makes_leads_and_nobody_else_does(session: Session) -> None:
    agents.sign_in(session, AGENT)
    with pytest.raises(Refused, match="only a lead"):
        agents.set_role(session, AGENT, "lead", by=AGENT)
    agents.set_role(session, AGENT, "lead", by=LEAD)
    assert agents.is_lead(session, AGENT)
    event = session.exec(select(EventRow).order_by(EventRow.id.desc())).first()  # type: ignore[union-attr]
    assert event is not None
    assert event.data == {"who": AGENT, "before": "agent", "after": "lead"}


def test_one_lead_always_remains(session: Session) -> None:
    agents.sign_in(session, AGENT)
    for role in ("agent", "auditor"):
        with pytest.raises(Refused, match="the only lead"):
            agents.set_role(session, LEAD, role, by=LEAD)
    agents.set_role(session, LEAD, "lead", by=LEAD)
    agents.set_role(session, AGENT, "lead", by=LEAD)
    agents.set_role(session, LEAD, "agent", by=AGENT)
    assert not agents.is_lead(session, LEAD)


def test_a_role_or_agent_there_is_not_is_refused(session: Session) -> None:
    with pytest.raises(Refused, match="there are: agent, lead, auditor"):
        agents.set_role(session, LEAD, "owner", by=LEAD)
    with pytest.raises(NotFound, match="there are: kim"):
        agents.set_role(session, "nobody", "lead", by=LEAD)
    assert not agents.is_lead(session, "nobody")
