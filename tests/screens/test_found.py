"""What is found in the notes is offered, taken by one key, and never moves the caret (P7)."""

from textual.pilot import Pilot

from callintake.screens.capture.found import FoundLine
from callintake.screens.capture.related import RelatedTickets
from callintake.widgets.field import Field
from callintake.widgets.live_notes import LiveNotes
from tests.screens.conftest import Open, capture, paste, seen, until


def offered(pilot: Pilot[None]) -> list[str]:
    return [offer.field for offer in capture(pilot).query_one(FoundLine).offered]


async def test_facts_go_into_their_fields_one_by_one_and_the_caret_stays(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await paste(pilot, "jane@acme.example.com\ncall 020 7946 0777\ntag ND-0441")
        await until(pilot, lambda: offered(pilot) == ["asset", "phone", "email"])
        assert "ctrl+g asset ND-0441 · 2 more" in seen(pilot)
        caret = capture(pilot).query_one(LiveNotes).cursor_location
        await pilot.press("ctrl+g", "ctrl+g", "ctrl+g", "ctrl+g")
        draft = capture(pilot).draft
        assert (draft.asset, draft.phone, draft.email) == ("ND-0441", "+44 20 7946 0777", "jane@acme.example.com")
        assert capture(pilot).query_one("#field-phone", Field).value == "+44 20 7946 0777"
        assert pilot.app.focused is capture(pilot).query_one(LiveNotes)
        assert capture(pilot).query_one(LiveNotes).cursor_location == caret
        await until(pilot, lambda: "Nothing found that" in seen(pilot))


async def test_a_contact_that_is_named_is_offered_and_never_taken_by_itself(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await paste(pilot, "Amara Okafor from Northgate, the printer")
        await until(pilot, lambda: "ctrl+g contact Amara Okafor · Northgate Dental Group" in seen(pilot))
        assert capture(pilot).draft.contact is None
        assert "caller unknown" in seen(pilot)
        await pilot.press("ctrl+g")
        contact = capture(pilot).draft.contact
        assert contact is not None
        assert contact.name == "Amara Okafor"
        assert "Amara Okafor?" in seen(pilot)
        await until(pilot, lambda: "contact" not in offered(pilot))
        await pilot.press("f6", "x")
        assert capture(pilot).draft.contact is None
        assert capture(pilot).draft.email == ""


async def test_each_call_has_what_was_found_in_its_own_notes(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await paste(pilot, "tag ND-0441")
        await until(pilot, lambda: offered(pilot) == ["asset"])
        await pilot.press("ctrl+n")
        await paste(pilot, "jane@acme.example.com")
        await until(pilot, lambda: offered(pilot) == ["email"])
        await pilot.press("ctrl+g")
        assert (capture(pilot).draft.email, capture(pilot).draft.asset) == ("jane@acme.example.com", "")
        await pilot.press("ctrl+s", "ctrl+g")
        assert (capture(pilot).draft.email, capture(pilot).draft.asset) == ("", "ND-0441")


async def test_a_ticket_number_that_was_misheard_is_said_and_without_one_there_is_nothing_to_add_to(
    open_app: Open,
) -> None:
    async with open_app("capture") as pilot:
        await paste(pilot, "my ticket is 4821-6")
        await until(pilot, lambda: "✗ " in str(capture(pilot).query_one(FoundLine).render()))
        assert capture(pilot).query_one(RelatedTickets).candidates == []
        await pilot.press("ctrl+f")
        await until(pilot, lambda: "No ticket to add this to" in seen(pilot))
        assert capture(pilot).draft.ticket is None


async def test_beside_a_number_that_was_misread_nothing_is_taken_and_that_is_said(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await paste(pilot, "about ticket 1001-8\njane@acme.example.com")
        await until(pilot, lambda: offered(pilot) == ["email"] and "✗" in seen(pilot).splitlines()[-3])
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "First the ticket number" in seen(pilot))
        assert capture(pilot).draft.email == ""
