"""Taking a call: what is typed is kept, Enter never raises, and the header tells the truth."""

from pathlib import Path
from threading import Event

import pytest
from sqlmodel import Session
from textual.widgets import Input

from callintake.domain.contact import Contact
from callintake.domain.draft import Step
from callintake.domain.view import Filter, View
from callintake.services import directory
from callintake.services.drafts import load_draft
from callintake.services.queue import count
from callintake.store.database import open_store
from callintake.widgets.field import Field
from callintake.widgets.notes_area import NotesArea
from tests.screens.conftest import Open, capture, paste, seen, settled, until


async def saved(pilot) -> None:
    screen = capture(pilot)
    await until(pilot, lambda: screen.saved.revision == screen.draft.revision)


async def test_the_first_key_lands_in_live_notes(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("V", "P", "N")
        assert capture(pilot).draft.notes == "VPN"


async def test_what_is_typed_is_in_the_database_and_the_header_says_so(open_app: Open, desk_file: Path) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"locked", "space", *"out")
        await saved(pilot)
        draft = capture(pilot).draft
        await until(pilot, lambda: "saved 0 s ago" in seen(pilot))
        store = open_store(str(desk_file))
        with store.reading() as session:
            assert load_draft(session, draft.call_id).notes == "locked out"
        store.close()


async def test_enter_goes_from_field_to_field_and_step_to_step_and_never_raises(
    open_app: Open, desk_file: Path
) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"printer", "f6")
        visited = []
        for _ in range(6):
            focused = pilot.app.focused
            visited.append((capture(pilot).draft.step, focused.id if focused else None))
            await pilot.press("enter")
        assert visited[:5] == [
            (Step.CONTACT, f"input-{name}") for name in ("name", "organization", "email", "phone", "missing_reason")
        ]
        assert visited[5] == (Step.REQUEST, "category")
        await settled(pilot)
    store = open_store(str(desk_file))
    with store.reading() as session:
        assert count(session, Filter(View.ALL)) == 0
    store.close()


async def test_a_field_says_what_is_wrong_once_it_is_left_and_not_before(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("f6", "tab", "tab", *"amara@")
        field = capture(pilot).query_one("#field-email", Field)
        assert not field.has_class("-error")
        await pilot.press("tab")
        await until(pilot, lambda: field.has_class("-error"))
        assert "✗ there must be something after the @-sign" in seen(pilot)


async def test_an_unassigned_number_is_warned_about_and_accepted(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("f6", "tab", "tab", "tab", *"0201234567", "tab")
        field = capture(pilot).query_one("#field-phone", Field)
        await until(pilot, lambda: field.has_class("-warning"))


async def test_without_a_fact_or_a_reason_nothing_is_raised_and_everything_stays(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"printer", "f6", *"Amara", "ctrl+r")
        screen = capture(pilot)
        await until(pilot, lambda: pilot.app.focused is screen.query_one("#input-organization"))
        assert screen.draft.notes == "printer"
        assert screen.draft.name == "Amara"


async def test_with_a_reason_a_ticket_is_raised_gate_shut_and_waits(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"printer", "f6", *"Amara", "tab", "tab", "tab", "tab", *"rang off", "ctrl+r")
        await until(pilot, lambda: "dash" in seen(pilot))
        assert "gate shut, it waits: identity not verified" in seen(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "Gated 1" in seen(pilot))


async def test_a_contact_picked_never_overwrites_what_was_typed(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("f6", "tab", "tab", "tab", *"02079460999", "f5", *"amara")
        await settled(pilot)
        await until(pilot, lambda: "Amara Okafor ·" in seen(pilot))
        await pilot.press("down", "enter")
        await pilot.pause()
        draft = capture(pilot).draft
        assert draft.phone == "02079460999"
        assert draft.name == "Amara Okafor"
        assert draft.email == "amara.okafor@northgatedental.example.com"


async def test_a_change_of_name_after_verification_closes_the_gate_for_an_unknown_caller(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("f6", *"Hannah", "tab", *"Riverbank", "f5", *"I know her", "enter", "v", "enter")
        await until(pilot, lambda: "GATE OPEN" in seen(pilot))
        await pilot.press("f6", "end", *"h")
        await until(pilot, lambda: "GATE SHUT" in seen(pilot))


async def test_several_pasted_lines_stay_whole_in_a_field_of_one_line(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("f6")
        await paste(pilot, "line1\nline2\nline3")
        assert capture(pilot).query_one("#input-name", Input).value == "line1 line2 line3"


async def test_a_call_without_a_ticket_ends_with_a_reason_on_record(open_app: Open, desk_file: Path) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"sorry", "f9")
        await until(pilot, lambda: "The caller hung up" in seen(pilot))
        await pilot.press("w", "enter", "enter")
        assert "a call without a ticket needs a reason" in seen(pilot)
        await pilot.press(*"wanted the bakery", "enter")
        await until(pilot, lambda: "No ticket yet" in seen(pilot))
    store = open_store(str(desk_file))
    with store.reading() as session:
        from sqlmodel import select

        from callintake.store.tables import CallRow

        call = session.exec(select(CallRow)).one()
        assert (call.disposition, call.reason) == ("wrong number", "wanted the bakery")
    store.close()


async def test_quitting_in_a_call_asks_once(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"printer", "ctrl+q")
        await until(pilot, lambda: "A call is open" in seen(pilot))
        await pilot.press("escape")
        assert capture(pilot).draft.notes == "printer"
        assert isinstance(pilot.app.focused, NotesArea)


async def test_a_verified_caller_who_is_renamed_is_somebody_else(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("f5", *"amara")
        await until(pilot, lambda: "Amara Okafor ·" in seen(pilot))
        await pilot.press("down", "enter", "enter", "enter", "v", "enter")
        await until(pilot, lambda: "GATE OPEN" in seen(pilot))
        await pilot.press("f5", "end", "ctrl+u", *"Mallory")
        await until(pilot, lambda: "GATE SHUT" in seen(pilot))
        assert capture(pilot).draft.contact is None


async def test_another_contact_brings_their_own_details(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("f5", *"amara")
        await until(pilot, lambda: "Amara Okafor ·" in seen(pilot))
        await pilot.press("down", "enter", "f5", "end", "ctrl+u", *"declan")
        await until(pilot, lambda: "Declan O'Brien ·" in seen(pilot))
        await pilot.press("down", "enter", "f6")
        draft = capture(pilot).draft
        assert (draft.name, draft.organization) == ("Declan O'Brien", "Halcyon Freight Ltd")
        assert draft.email == "declan.obrien@halcyonfreight.example.net"
        assert draft.phone == "+44 1632 960202"


async def test_a_detail_that_can_not_be_right_shows_in_its_step_until_another_is_taken(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(
            *"printer", "f6", *"Ada", "enter", *"Acme", "enter", *"ada@", "enter", *"020 7946 0777", "enter"
        )
        await until(pilot, lambda: "F6 Contact ✗" in seen(pilot))
        await pilot.press("ctrl+l", "end", *", write to ada@acme.example.com")
        await until(pilot, lambda: "email ada@acme.example.com" in seen(pilot))
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "F6 Contact ✓" in seen(pilot))
        assert not capture(pilot).query_one("#field-email", Field).is_wrong


async def test_whoever_was_gone_to_while_the_last_letter_is_looked_up_is_the_one_picked(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, answered = directory.find_contacts, Event()

    def slowly(session: Session, typed: str) -> list[Contact]:
        assert typed != "declan" or answered.wait(15)
        return find(session, typed)

    monkeypatch.setattr(directory, "find_contacts", slowly)
    async with open_app("capture") as pilot:
        await pilot.press("f5", *"decla")
        await until(pilot, lambda: "Declan O'Brien ·" in seen(pilot))
        await pilot.press("n", "down")
        answered.set()
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: capture(pilot).draft.name == "Declan O'Brien")


async def test_letters_after_a_match_was_gone_to_leave_it(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("f5", *"decl")
        await until(pilot, lambda: "Declan O'Brien ·" in seen(pilot))
        await pilot.press("down", "a")
        await settled(pilot)
        await pilot.press("enter")
        assert capture(pilot).draft.contact is None


async def test_what_is_said_while_the_number_is_read_out_is_noted_on_the_ticket(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"printer", "f6", *"Ada", "tab", "tab", "tab", "tab", *"rang off", "ctrl+r")
        await until(pilot, lambda: "dash" in seen(pilot))
        await pilot.press(*"toner low", "ctrl+n")
        await until(pilot, lambda: "Live notes" in seen(pilot) and "dash" not in seen(pilot))
        await pilot.press(*"next one")
        assert capture(pilot).draft.notes == "next one"
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "Ada" in seen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "toner low" in seen(pilot))


async def test_enter_without_an_outcome_stays_and_asks(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("f6", *"Ada", "f5", "enter", "enter", *"known", "enter", "enter")
        await until(pilot, lambda: "Press v or f" in seen(pilot))
        assert capture(pilot).draft.step is Step.VERIFY


async def test_an_empty_call_is_a_record_from_its_first_second(open_app: Open, desk_file: Path) -> None:
    async with open_app("capture") as pilot:
        await saved(pilot)
        draft = capture(pilot).draft
        store = open_store(str(desk_file))
        with store.reading() as session:
            assert load_draft(session, draft.call_id).started_at == draft.started_at
        store.close()


async def test_an_organization_of_the_directory_is_completed_by_the_right_arrow(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press("f6", "tab", *"riverb")
        box = capture(pilot).query_one("#input-organization", Input)
        await until(pilot, lambda: box._suggestion == "Riverbank Legal LLP")
        assert capture(pilot).draft.organization == "riverb"
        await pilot.press("right")
        assert capture(pilot).draft.organization == "Riverbank Legal LLP"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_pane_that_is_typed_in_is_lit(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app("capture", size=size) as pilot:
        lit = [pane.id for pane in pilot.app.screen.query(".-here")]
        assert lit == ["live"]
        border = pilot.app.screen.query_one("#live").styles.border_top
        await pilot.press("f6")
        assert [pane.id for pane in pilot.app.screen.query(".-here")] == ["steps"]
        assert pilot.app.screen.query_one("#live").styles.border_top != border
        await pilot.press("ctrl+l")
        assert pilot.app.screen.query_one("#live").styles.border_top == border
