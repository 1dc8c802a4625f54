"""Everything a lead does with queue and tickets, by the keyboard alone, at 80 by 24, in the real program.

Each is judged by what the database says afterwards. One program is sat at for as long as it is left at the queue.
"""

import base64
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from callintake.domain.call_event import CallEvent, EventKind
from callintake.domain.detail import Ticket
from callintake.domain.ticket import Priority, Status
from callintake.domain.view import Filter, Sort, View
from callintake.services import agents, directory, outbox, queue, texts, tickets
from callintake.services.callbacks import list_callbacks
from callintake.services.history import acting_at, now
from callintake.services.phone_calls import hear
from callintake.services.saved_views import saved_views
from callintake.store.database import Store, open_store
from callintake.store.tables import CallRow
from tests.conftest import REGION
from tests.notifications.desk import apply, desk_text, drain
from tests.notifications.servers import MailServer, mail_server
from tests.services.acting import AGENT, raise_open, raise_waiting
from tests.terminal.lead import Lead, numbers_of

pytestmark = pytest.mark.terminal


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with two agents, for all tests here."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("desk") / "desk.db"))
    store = open_store(str(path))
    with store.transaction() as session:
        agents.sign_in(session, AGENT)
    store.close()
    return path


@pytest.fixture(scope="module")
def seat(desk: Path) -> Iterator[list[Lead]]:
    """Where the lead sits, if somebody does."""
    seat: list[Lead] = []
    yield seat
    for lead in seat:
        lead.close()


@pytest.fixture
def lead(desk: Path, seat: list[Lead]) -> Lead:
    """The lead, at the queue; a program that another test left elsewhere is begun anew."""
    if seat and not seat[0].comes_to_queue():
        seat.pop().close()
    if not seat:
        seat.append(Lead(desk, desk.parent))
        seat[0].wait_for("/ Search ^n New call")
    seat[0].show_all()
    return seat[0]


@pytest.fixture
def store(desk_file: Path) -> Iterator[Store]:
    """A desk of the test's own, open."""
    store = open_store(str(desk_file))
    yield store
    store.close()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that knows one of the departments."""
    with mail_server() as server:
        server.rcpt["field@example.com"] = "550 no such user"
        yield server


def opened(number: str, subject: str = "") -> re.Pattern[str]:
    """A ticket's own screen."""
    return re.compile(rf"^ {number} “[a-z ,]+”  {subject}")


def test_views_words_orders_own_views_and_numbers(lead: Lead) -> None:
    with_badge = lead.change(raise_open, "Declan O'Brien")
    numbers = [with_badge, lead.change(raise_open)]
    numbers += [lead.change(raise_waiting), lead.change(raise_open, "Tom Lindqvist")]
    lead.change(lambda session: raise_waiting(session, "", name="Jane Doe", missing_reason="hung up", notes="zebra"))
    with acting_at(now() - timedelta(days=3)):
        lead.change(raise_open)
    lead.change(tickets.claim, with_badge, "kim")
    lead.go_to(numbers[1])
    lead.answer("z", "Snooze", *"2 h", "enter")
    lead.until(lambda: lead.find(queue.count, Filter(View.SNOOZED, "kim")) == 1)
    seen = set()
    for place, view in enumerate(View, start=1):
        lead.press(str(place))
        lead.shows(Filter(view, "kim"))
        seen.add(tuple(lead.listed))
    assert len(seen) == len(View)
    lead.press("]")
    lead.shows(Filter(View.GATED, "kim"))
    lead.press("[")
    lead.shows(Filter(View.ALL, "kim"))

    lead.press("/")
    lead.type("zeb\n")
    lead.wait_for(lambda _: len(lead.listed) == 1)
    lead.press("escape")
    lead.shows(Filter(View.ALL, "kim"))
    lead.press("/")
    lead.type("owner:me gate:open\n")
    lead.wait_for(lambda _: lead.listed == [with_badge])
    lead.press("escape")
    lead.shows(Filter(View.ALL, "kim"))

    lead.answer("9", "Tickets of which department?", "home", "down", "enter")
    lead.wait_gone("Tickets of which department?")
    lead.shows(Filter(View.ALL, "kim", department="Field services"))
    lead.press("escape")
    lead.shows(Filter(View.ALL, "kim"))

    # The first is that which is there already: to choose it would turn it around.
    for place, sort in [*enumerate(Sort)][1:]:
        lead.answer("o", "Order by", "home", *["down"] * place, "enter")
        lead.wait_gone("Order by")
        lead.shows(Filter(View.ALL, "kim", sort=sort))
    lead.answer("o", "Order by", "enter")
    lead.wait_gone("Order by")
    lead.shows(Filter(View.ALL, "kim", sort=Sort.REQUESTER, is_reversed=True))

    lead.answer("w", "Your own views", *"Backwards", "enter")
    lead.until(lambda: lead.find(saved_views, "kim") == {"Backwards": "view:all sort:-requester"})
    lead.wait_gone("Your own views")
    lead.press("escape", "2")
    lead.shows(Filter(View.INCOMPLETE, "kim"))
    lead.answer("w", "Backwards  view:all", "enter")
    lead.shows(Filter(View.ALL, "kim", sort=Sort.REQUESTER, is_reversed=True))
    lead.answer("w", "Backwards  view:all", "delete")
    lead.until(lambda: lead.find(saved_views, "kim") == {})
    lead.back("Your own views")
    lead.show_all()
    for number in numbers[1:3]:
        lead.go_to(number)


def test_whose_it_is_how_soon_and_what_kind(lead: Lead) -> None:
    number = lead.change(raise_open)
    lead.go_to(number)
    lead.press("c")
    lead.until_ticket(number, lambda ticket: ticket.owner == "kim")
    lead.press("l")
    lead.until_ticket(number, lambda ticket: ticket.owner is None)
    lead.answer("a", f"Give {number}", "home", "enter")
    lead.until_ticket(number, lambda ticket: ticket.owner == AGENT)
    lead.press("t")
    lead.until_ticket(number, lambda ticket: ticket.owner == "kim")
    lead.answer("p", "how soon?", "up", "enter")
    lead.until_ticket(number, lambda ticket: ticket.priority is Priority.HIGH)
    lead.press("u")
    lead.until_ticket(number, lambda ticket: ticket.priority is Priority.NORMAL)
    lead.answer("e", "what kind of request?", "home", "down", "enter")
    lead.until_ticket(number, lambda ticket: ticket.category == "hardware")
    lead.answer("r", f"Route {number} to", "home", "enter")
    lead.until_ticket(number, lambda ticket: ticket.department == "Service desk")
    lead.wait_gone(f"Route {number}")
    shown = lead.ticket(number)
    told = [shown[name] for name in ("owner", "priority", "category", "department")]
    assert told == ["kim", "normal", "hardware", "Service desk"]


def test_waiting_sleeping_and_every_ending(lead: Lead) -> None:
    number = lead.change(lambda session: raise_open(session, notes="Door stuck"))
    lead.go_to(number)
    lead.press("enter")
    lead.wait_for(opened(number, "Door stuck"))
    become(lead, number, Status.OPEN)
    lead.until_ticket(number, lambda ticket: ticket.status is Status.OPEN)
    become(lead, number, Status.PENDING)
    lead.wait_for("Pending until")
    lead.type("tomorrow 9:00\n")
    ticket = lead.until_ticket(number, lambda ticket: ticket.status is Status.PENDING)
    assert ticket.waits_until is not None
    assert ticket.waits_until > now()
    lead.wait_gone("Pending until")
    lead.answer("z", "Snooze", *"2 h", "enter")
    lead.until_ticket(number, lambda ticket: ticket.snoozed_until is not None)
    lead.wait_gone("Snooze")
    lead.answer("z", "Snooze", "enter")
    lead.until_ticket(number, lambda ticket: ticket.snoozed_until is None)
    become(lead, number, Status.RESOLVED)
    lead.until_ticket(number, lambda ticket: ticket.status is Status.RESOLVED)
    become(lead, number, Status.OPEN)
    lead.until_ticket(number, lambda ticket: ticket.status is Status.OPEN)
    become(lead, number, Status.CLOSED)
    lead.wait_for("Close: why?")
    lead.press("enter")
    assert lead.until_ticket(number, lambda ticket: ticket.status is Status.CLOSED).gate.open
    lead.wait_gone("Close: why?")
    lead.press("escape")
    lead.wait_for("/ Search ^n New call")

    number = lead.change(raise_waiting)
    lead.go_to(number)
    become(lead, number, Status.CLOSED)
    lead.wait_for("Close: why?")
    lead.type("nobody knew her\n")
    ticket = lead.until_ticket(number, lambda ticket: ticket.status is Status.CLOSED)
    assert ticket.history[-1].data["reason"] == "nobody knew her"
    become(lead, number, Status.NEW)
    lead.until_ticket(number, lambda ticket: ticket.status is Status.NEW)


def become(lead: Lead, number: str, status: Status) -> None:
    """Choose a status among those that may follow."""
    lead.press("s")
    title = f"{number} is {lead.read(number).status}; make it"
    choice = re.compile(r"│  (new|open|pending|resolved|closed) +│")
    screen = lead.wait_for(lambda text: title in text and status in choice.findall(text))
    offered = choice.findall(screen)
    lead.press("home", *["down"] * offered.index(status), "enter")
    lead.wait_gone("; make it")


def test_a_batch_is_told_beforehand_and_the_gate_refuses_its_part(lead: Lead) -> None:
    notes = "Umbrella stand"
    numbers = [lead.change(lambda session: raise_open(session, notes=notes)) for _ in range(3)]
    shut = [lead.change(lambda session: raise_waiting(session, notes=notes)) for _ in range(2)]
    lead.press("/")
    lead.type("umbrella\n")
    lead.wait_for(lambda _: len(lead.listed) == len(numbers + shut))
    lead.press("X")
    lead.wait_for("5 picked")
    lead.answer("c", "3 will be done, 2 will be refused, 2 of them by the gate", "escape")
    lead.wait_gone("will be done")
    assert {lead.read(number).owner for number in numbers + shut} == {None}
    lead.answer("c", "3 will be done", "enter")
    lead.wait_for("3 done, 2 refused")
    lead.press("enter")
    lead.wait_gone("3 done")
    lead.wait_gone("picked")
    assert [lead.read(number).owner for number in numbers + shut] == ["kim"] * 3 + [None] * 2

    chosen = lead.listed[1:3]
    lead.press("home", "down", "x", "x")
    lead.wait_for("2 picked")
    lead.answer("p", "2 tickets: how soon?", "home", "enter")
    lead.wait_for("2 will be done")
    lead.press("enter")
    lead.wait_for("2 done")
    lead.press("enter")
    lead.wait_gone("2 done")
    critical = [number for number in numbers + shut if lead.read(number).priority is Priority.CRITICAL]
    assert critical == sorted(chosen)
    lead.press("x")
    lead.wait_for("1 picked")
    lead.back("1 picked")


def test_notes_corrections_verifying_splitting_and_merging(lead: Lead) -> None:
    number = lead.change(lambda session: raise_waiting(session, notes="Scanner jams"))
    lead.go_to(number)
    # In one burst, before the question is there.
    lead.press("n", *"rang on monday", "enter", *"again", "ctrl+r")
    lead.until_ticket(number, lambda ticket: [note.text for note in ticket.notes] == ["rang on monday\nagain"])
    lead.wait_gone("Note on")
    lead.press("enter")
    lead.wait_for(opened(number, "Scanner jams"))

    def standing() -> dict[str, str]:
        return {one.place: one.text for one in lead.find(texts.standing_texts, number, "kim")}

    for place, what in enumerate(standing()):
        lead.answer("C", f"{number}: correct ─", "home", *["down"] * place, "enter")
        lead.wait_for(re.compile(rf"correct (the )?{what} "))
        lead.press("end", *", they say", "ctrl+r")
        lead.until(lambda what=what: standing()[what].endswith(", they say"))  # type: ignore[misc]
    assert standing()["subject"] == "Scanner jams, they say"

    lead.answer("C", f"{number}: correct ─", "home", "down", "enter")
    lead.wait_for("correct the description")
    lead.press("end", *" mine")
    lead.wait_for("they say mine")
    lead.change(texts.correct, number, "description", "another's", AGENT, lead.read(number).version)
    lead.press("ctrl+r")
    screen = lead.wait_for("two corrected the description")
    assert "another's" in screen
    assert "Scanner jams, they say mine" in screen
    lead.press("up", "enter")
    lead.until(lambda: standing()["description"] == "Scanner jams, they say mine")
    lead.wait_gone("two corrected the description")

    lead.answer("v", "Verify the requester", "enter", "enter", "v", "enter")
    lead.until_ticket(number, lambda ticket: ticket.gate.open)
    lead.wait_gone("Verify the requester")

    lead.answer("f", f"Split {number}", "end", *" and the lamp", "ctrl+r")
    lead.until(lambda: bool(parts(lead, number)))
    [part] = parts(lead, number)
    assert part.description.endswith(" and the lamp")
    lead.wait_gone("what is the other request?")
    lead.answer("m", f"Merge {number}", *part.number, "enter")
    lead.until_ticket(number, lambda ticket: ticket.merged_into == part.number)
    lead.wait_gone("the number that stays")
    lead.press("u")
    lead.until_ticket(number, lambda ticket: ticket.merged_into is None)
    lead.press("escape")
    lead.wait_for("/ Search ^n New call")


def parts(lead: Lead, number: str) -> list[Ticket]:
    """What was split off a ticket."""
    everything = map(lead.read, numbers_of(lead.find(queue.queue_page, Filter(View.ALL, "kim"))))
    return [ticket for ticket in everything if ticket.split_from == number]


def test_the_number_is_copied_read_back_and_the_ticket_saved_and_its_others_opened(lead: Lead) -> None:
    other, number = (
        lead.change(lambda session, notes=notes: raise_open(session, "Priya Raman", notes=notes))
        for notes in ("Door stuck", "Label printer offline")
    )
    lead.go_to(number)
    lead.press("enter")
    lead.wait_for(opened(number, "Label printer"))
    lead.press("y")
    copied = b"\x1b]52;c;" + base64.b64encode(number.encode())
    lead.wait_for(lambda _: copied in lead.raw)
    lead.press("f12")
    lead.wait_for("papa romeo india")
    lead.press("escape")
    lead.wait_gone("papa romeo india")
    lead.answer("w", "Save as text", "enter")
    saved = lead.home / f"{number}.txt"
    lead.until(saved.exists)
    lead.until(lambda: "Label printer offline" in saved.read_text(encoding="utf-8"))
    lead.wait_gone("Save as text")
    lead.press("tab", "home", "enter")
    lead.wait_for(opened(other))
    lead.press("escape")
    lead.wait_for(opened(number))
    lead.press("escape")
    lead.wait_for("/ Search ^n New call")


def test_dashboard_directory_and_callbacks(lead: Lead) -> None:
    oldest = lead.change(raise_open)
    lead.press("b")
    lead.wait_for(re.compile(r"Waiting lo.*\n.*Number.*\n.* \d{4}-\d "))
    lead.press("enter")
    lead.wait_for(opened(r"\d{4}-\d"))
    lead.press("escape")
    lead.wait_for("Dashboard ·")
    lead.back("Dashboard ·")
    lead.go_to(oldest)

    lead.press("d")
    lead.wait_for("Directory")
    lead.press("/")
    lead.type("priya\n")
    lead.wait_for("1 found")
    lead.answer("e", "ctrl+r", "end", *" MBE", "ctrl+r")
    lead.until(lambda: bool(lead.find(directory.find_contacts, "Raman MBE", 2)))
    lead.wait_gone("ctrl+r")
    lead.press("escape")
    lead.wait_gone("1 found")
    lead.back("Directory")

    lead.change(missed, 30, "+442079460113")
    second = lead.change(missed, 20, "+441632960201")
    lead.answer("h", "7946 0113", "o")
    lead.until(lambda: [one.owner for one in lead.find(list_callbacks)] == ["kim", None])
    lead.press("d")
    lead.wait_for("why is it cleared?")
    lead.type("rang again by himself\n")
    lead.until(lambda: [one.call.id for one in lead.find(list_callbacks)] == [second])
    lead.wait_gone("7946 0113")
    lead.press("enter")
    lead.wait_for("Live notes")

    def dialled(session: Session) -> list[str]:
        return list(session.exec(select(CallRow.dialled_number).where(CallRow.direction == "outbound")))

    lead.until(lambda: lead.find(dialled) == ["+441632960201"])
    lead.press("ctrl+t")
    lead.wait_for("/ Search ^n New call")


def missed(session: Session, minutes: int, number: str) -> str:
    """A call that rang for 20 seconds, so many minutes ago."""
    at = now() - timedelta(minutes=minutes)
    hear(session, CallEvent(EventKind.RING, "cti", at, caller=number, external_id=number), REGION)
    over = at + timedelta(seconds=20)
    return hear(session, CallEvent(EventKind.HANG_UP, "cti", over, caller=number, external_id=number), REGION).call_id


def test_what_is_being_written_outlives_the_program(store: Store, desk_file: Path, tmp_path: Path) -> None:
    with store.transaction() as session:
        number = raise_open(session)
    unsaved = tmp_path / "unsaved"
    with Lead(desk_file, tmp_path) as lead:
        lead.wait_for(f"─{number} · ")
        lead.answer("n", "Note on", *"the caller rang aga")
        lead.wait_for("the caller rang aga")
        lead.until(lambda: any("rang aga" in path.read_text() for path in unsaved.glob("*.json")))
        lead.kill()
        lead.wait_exit()
    with Lead(desk_file, tmp_path) as lead:
        lead.wait_for(f"a note on {number}")
        lead.answer("n", "the caller rang aga", *"in", "ctrl+r")
        lead.until_ticket(number, lambda ticket: [note.text for note in ticket.notes] == ["the caller rang again"])
        lead.until(lambda: not list(unsaved.glob("*.json")))


def test_another_department_is_told_and_the_outbox_is_looked_after(
    mail: MailServer, store: Store, desk_file: Path, tmp_path: Path
) -> None:
    apply(store, desk_text(mail.port))
    with store.transaction() as session:
        numbers = [raise_open(session, notes=notes) for notes in ("Label printer offline", "Door stuck")]
    assert drain(store).dead == 2
    with Lead(desk_file, tmp_path) as lead:
        lead.wait_for("2 dead; y shows them")
        lead.go_to(numbers[1])
        lead.answer("i", "Tell of", "home", "down", "enter")
        lead.until_ticket(numbers[1], lambda ticket: len(ticket.notifications) == 2)
        assert [one.department for one in lead.read(numbers[1]).notifications] == ["Field services", "Network"]

        def standing() -> list[str]:
            return [one.standing.split()[-1] for one in lead.find(outbox.list_messages)]

        lead.until(lambda: standing() == ["sent", "dead", "dead"])
        lead.press("y")
        lead.wait_for("Outbox")
        lead.press("a")
        lead.wait_for("not sent")
        lead.answer("x", "how were they told instead?", *"by phone", "enter")
        lead.until(lambda: standing() == ["sent", "settled", "dead"])
        mail.rcpt.clear()
        lead.wait_gone("Settle: ")
        lead.press("home", "down")
        lead.answer("t", "what is put right?", *"they know him now", "enter")
        lead.until(lambda: standing() == ["sent", "settled", "sent"])
        assert len(mail.taken) == 2
