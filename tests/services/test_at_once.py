"""Several agents at the same ticket in the same moment: one has it, and the others are told."""

import threading
from collections.abc import Callable

from callintake.domain.errors import Conflict, NotFound, Refused, TextConflict
from callintake.services import drafts, merging, raising, reading, texts, tickets
from callintake.services.agents import list_agents, sign_in
from callintake.store.database import Store, open_store
from tests.conftest import LEAD, REGION
from tests.services.acting import call_from, raise_open


def at_once(place: str, agents: list[str], act: Callable[[Store, str], object]) -> dict[str, object]:
    """Let agents act at the same time, each on a store of their own; return what came of each."""
    start = threading.Barrier(len(agents))
    outcomes: dict[str, object] = {}

    def one(agent: str) -> None:
        store = open_store(place)
        start.wait()
        try:
            outcomes[agent] = act(store, agent)
        except Refused as refusal:
            outcomes[agent] = refusal
        finally:
            store.close()

    threads = [threading.Thread(target=one, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


AGENTS = ["ann", "bob", "cem", "dee"]


def prepared(place: str) -> tuple[str, int]:
    store = open_store(place)
    with store.transaction() as session:
        for agent in AGENTS:
            sign_in(session, agent)
        number = raise_open(session)
        version = reading.ticket(session, number).version
    store.close()
    return number, version


def test_of_agents_who_claim_one_ticket_exactly_one_has_it(place: str, store: Store) -> None:
    for _ in range(3):
        number, version = prepared(place)

        def claim(store: Store, agent: str, number: str = number, version: int = version) -> str:
            with store.transaction() as session:
                tickets.claim(session, number, agent, version)
            return agent

        outcomes = at_once(place, AGENTS, claim)
        (winner,) = [agent for agent, outcome in outcomes.items() if outcome == agent]
        assert all(isinstance(outcome, Conflict) for agent, outcome in outcomes.items() if agent != winner), outcomes
        with store.reading() as session:
            ticket = reading.ticket(session, number)
        assert (ticket.owner, ticket.version) == (winner, version + 1)
        assert [event.agent for event in ticket.history if event.kind == "claimed"] == [winner]


def test_without_a_version_the_owner_still_decides(place: str, store: Store) -> None:
    number, _ = prepared(place)

    def claim(store: Store, agent: str) -> str:
        with store.transaction() as session:
            tickets.claim(session, number, agent)
        return agent

    outcomes = at_once(place, AGENTS, claim)
    assert sum(outcome == agent for agent, outcome in outcomes.items()) == 1, outcomes


def test_notes_of_several_agents_are_all_kept(place: str, store: Store) -> None:
    number, version = prepared(place)

    def note(store: Store, agent: str) -> None:
        for count in range(5):
            with store.transaction() as session:
                tickets.add_note(session, number, f"{agent} {count}", agent)

    assert at_once(place, AGENTS, note) == dict.fromkeys(AGENTS)
    with store.reading() as session:
        ticket = reading.ticket(session, number)
    assert sorted(kept.text for kept in ticket.notes) == sorted(f"{agent} {n}" for agent in AGENTS for n in range(5))
    assert ticket.version == version + 20


def test_one_call_raised_from_two_desks_is_one_ticket(place: str, store: Store) -> None:
    with store.transaction() as session:
        draft = call_from(session)

    def raise_it(store: Store, agent: str) -> int:
        with store.transaction() as session:
            return raising.raise_ticket(session, draft, LEAD, REGION)

    outcomes = at_once(place, AGENTS[:2], raise_it)
    assert {type(outcome) for outcome in outcomes.values()} == {int, NotFound}, outcomes
    with store.reading() as session:
        assert drafts.open_drafts(session, LEAD) == []


def test_tickets_raised_at_once_have_numbers_of_their_own(place: str, store: Store) -> None:
    def raise_some(store: Store, agent: str) -> list[str]:
        numbers = []
        for _ in range(5):
            with store.transaction() as session:
                numbers.append(raise_open(session))
        return numbers

    outcomes = at_once(place, AGENTS, raise_some)
    numbers = [number for raised in outcomes.values() for number in raised]  # type: ignore[attr-defined]
    assert len(set(numbers)) == 20


def test_one_name_signed_in_from_several_desks_is_one_agent(place: str, store: Store) -> None:
    def sign(store: Store, _: str) -> str:
        with store.transaction() as session:
            return sign_in(session, "new colleague")

    outcomes = at_once(place, AGENTS, sign)
    assert set(outcomes.values()) == {"new colleague"}, outcomes
    with store.reading() as session:
        assert [name for name, _ in list_agents(session)].count("new colleague") == 1


def test_two_who_merge_the_same_two_the_other_way_round_make_no_ring(place: str, store: Store) -> None:
    for _ in range(3):
        with store.transaction() as session:
            one, other = raise_open(session), raise_open(session)

        def act(store: Store, agent: str, pair: tuple[str, str] = (one, other)) -> str:
            number, into = pair if agent == "ann" else pair[::-1]
            with store.transaction() as session:
                merging.merge(session, number, into, agent)
            return agent

        outcomes = at_once(place, ["ann", "bob"], act)
        (winner,) = [agent for agent, outcome in outcomes.items() if outcome == agent]
        assert all("was merged into" in str(said) for agent, said in outcomes.items() if agent != winner), outcomes


def test_of_two_who_write_one_text_the_second_is_shown_both(place: str, store: Store) -> None:
    number, version = prepared(place)

    def write(store: Store, agent: str) -> str:
        with store.transaction() as session:
            texts.set_subject(session, number, f"as {agent} has it", agent, version)
        return agent

    outcomes = at_once(place, AGENTS[:2], write)
    (winner,) = [agent for agent, outcome in outcomes.items() if outcome == agent]
    (loser,) = set(AGENTS[:2]) - {winner}
    refusal = outcomes[loser]
    assert isinstance(refusal, TextConflict)
    assert (refusal.mine, refusal.theirs) == (f"as {loser} has it", f"as {winner} has it")
    with store.reading() as session:
        assert reading.ticket(session, number).subject == refusal.theirs
