"""The directory on the screen: found as one types, changed by those who may, and any text shown as it is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from textual.pilot import Pilot
from textual.widgets import Input

from callintake.domain.contact import Contact
from callintake.domain.draft import new_draft
from callintake.domain.method import Method, Outcome
from callintake.screens.contact_dialogs import ContactDialog, ReasonDialog
from callintake.screens.directory import PAGE, DirectoryScreen
from callintake.screens.queue import QueueScreen
from callintake.services import agents, directory, drafts, verification
from callintake.store.database import open_store
from callintake.widgets.contact_list import ContactList
from callintake.widgets.field import Field
from tests.conftest import LEAD, REGION
from tests.screens.conftest import Open, at, paste, seen, settled, until
from tests.screens.test_hostile_text import HUGE, check_screen, entries

AMARA = "amara.okafor@northgatedental.example.com"


def on_file(desk_file: Path, email: str = AMARA) -> Contact:
    store = open_store(str(desk_file))
    with store.reading() as session:
        contact = directory.contact_by_name(session, email)
    store.close()
    return contact


def as_agent(desk_file: Path, role: str = "agent") -> None:
    """Make kim, who sits at the desk, somebody who leads nobody."""
    store = open_store(str(desk_file))
    with store.transaction() as session:
        agents.sign_in(session, "another")
        agents.set_role(session, "another", "lead", by=LEAD)
        agents.set_role(session, LEAD, role, by="another")
    store.close()


def lock(desk_file: Path) -> None:
    """Let three attempts for Amara fail."""
    store = open_store(str(desk_file))
    with store.transaction() as session:
        agents.sign_in(session, "another")
        amara = directory.contact_by_name(session, AMARA)
        for _ in range(3):
            draft = new_draft(datetime.now(UTC)).with_contact(amara)
            drafts.save_draft(session, draft, "another")
            verification.record_attempt(
                session,
                draft.claim,
                Method.CALLBACK,
                Outcome.FAILED,
                "another",
                call_id=draft.call_id,
                number=amara.numbers[0].e164,
            )
    store.close()


async def opened(pilot: Pilot[None]) -> DirectoryScreen:
    """The directory, opened from the queue by its key."""
    await pilot.press("d")
    await until(pilot, lambda: isinstance(pilot.app.screen, DirectoryScreen) and "Amara Okafor," in seen(pilot))
    screen = pilot.app.screen
    assert isinstance(screen, DirectoryScreen)
    return screen


async def test_it_opens_from_the_queue_by_key_or_by_name_and_goes_back(open_app: Open) -> None:
    async with open_app() as pilot:
        await opened(pilot)
        await until(pilot, lambda: "since 2024-02-01" in seen(pilot))
        await pilot.press("escape")
        await at(pilot, QueueScreen)
        names = [command.title for command in pilot.app.get_system_commands(pilot.app.screen)]
        assert "Directory" in names


async def test_people_are_found_as_one_types_and_everybody_is_back_after(open_app: Open) -> None:
    async with open_app() as pilot:
        screen = await opened(pilot)
        await pilot.press("slash", *"priya")
        await until(pilot, lambda: [one.name for one in screen.people.lines] == ["Priya Raman"])
        await until(pilot, lambda: "1 found" in seen(pilot) and "Priya Raman, Halcyon Freight Ltd  VIP" in seen(pilot))
        await pilot.press("backspace", *"q")
        await until(pilot, lambda: "Nobody is found by “priyq”" in seen(pilot))
        assert screen.people.current is None
        await pilot.press("escape")
        await until(pilot, lambda: len(screen.people.lines) == 10)
        assert screen.focused is screen.people


async def test_letters_typed_ahead_are_searched_for_and_do_nothing_else(open_app: Open) -> None:
    async with open_app() as pilot:
        screen = await opened(pilot)
        for key in ("slash", *"ea"):
            pilot.app.simulate_key(key)
        await until(pilot, lambda: screen.query_one("#search", Input).value == "ea")
        assert pilot.app.screen is screen


async def test_the_list_goes_on_page_by_page_with_nobody_twice_or_missing(open_app: Open, desk_file: Path) -> None:
    store = open_store(str(desk_file))
    with store.transaction() as session:
        lines = [f"Zed {n % 7},Acme,zed{n}@acme.example.com" for n in range(2 * PAGE + 30)]
        directory.import_contacts(session, ["name,organization,email", *lines], REGION, LEAD)
    store.close()
    async with open_app() as pilot:
        screen = await opened(pilot)
        assert len(screen.people.lines) == PAGE
        await pilot.press("end")
        await until(pilot, lambda: "Zed 6" in seen(pilot))
        seen_ids = {one.id for one in screen.people.lines}
        while screen.people.cursor or screen.people.has_before:
            here = screen.people.current
            while screen.people.current == here:
                await pilot.press("pageup")
            seen_ids |= {one.id for one in screen.people.lines}
        assert len(seen_ids) == 2 * PAGE + 40
        assert len({one.id for one in screen.people.lines}) == len(screen.people.lines)
        await until(pilot, lambda: "Amara Okafor," in seen(pilot))


async def test_a_lead_changes_what_is_on_file(open_app: Open, desk_file: Path) -> None:
    async with open_app() as pilot:
        await opened(pilot)
        await pilot.press("e")
        await at(pilot, ContactDialog)
        dialog = pilot.app.screen
        dialog.query_one("#input-phone", Input).value = "+44 20 7946 0112; 12"
        await pilot.press("enter", "enter", "enter", "enter")
        await until(pilot, lambda: "too short" in seen(pilot))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "Not done" in seen(pilot) and pilot.app.screen is not dialog)
        await at(pilot, ContactDialog)
        assert pilot.app.screen.query_one("#input-phone", Input).value == "+44 20 7946 0112; 12"
        pilot.app.screen.query_one("#input-phone", Input).value = "+44 20 7946 0112; 020 7946 0666"
        pilot.app.screen.query_one("#input-approves", Input).value = "access"
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "counts" in seen(pilot) and "Approves    access" in seen(pilot))
    amara = on_file(desk_file)
    assert [number.e164 for number in amara.numbers] == ["+442079460112", "+442079460666"]
    assert (amara.approves, amara.may_request) == (("access",), ("support", "access"))


async def test_nothing_typed_is_dropped_by_one_key(open_app: Open, desk_file: Path) -> None:
    async with open_app() as pilot:
        screen = await opened(pilot)
        await pilot.press("e")
        await at(pilot, ContactDialog)
        await pilot.press("x", "escape")
        await until(pilot, lambda: "Esc again drops what is typed" in seen(pilot))
        await pilot.press("ctrl+n", "ctrl+q")
        await at(pilot, ContactDialog)
        await until(pilot, lambda: "not on file yet" in " ".join(seen(pilot).split()))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
    assert on_file(desk_file).name == "Amara Okafor"


async def test_an_agent_changes_notes_and_not_what_proves(open_app: Open, desk_file: Path) -> None:
    as_agent(desk_file)
    async with open_app() as pilot:
        await opened(pilot)
        await pilot.press("e")
        await at(pilot, ContactDialog)
        dialog = pilot.app.screen
        free = [field.field_name for field in dialog.query(Field) if not field.input.disabled]
        assert free == ["name"]
        assert dialog.query_one("#vip").disabled
        await pilot.press("enter", *"left-handed", "ctrl+r")
        await until(pilot, lambda: "Notes       left-handed" in seen(pilot))
    assert on_file(desk_file).notes == "left-handed"


async def test_an_agent_puts_somebody_on_file_since_today_and_without_rights(open_app: Open, desk_file: Path) -> None:
    as_agent(desk_file)
    async with open_app() as pilot:
        await opened(pilot)
        await pilot.press("a")
        await at(pilot, ContactDialog)
        assert pilot.app.screen.query_one("#input-may_request", Input).disabled
        for text in ("Jane Doe", "Acme", "jane@acme.example.com", "020 7946 0777"):
            await pilot.press(*text, "enter")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "Jane Doe, Acme" in seen(pilot) and "counts from" in seen(pilot))
    jane = on_file(desk_file, "jane@acme.example.com")
    assert jane.numbers[0].since == datetime.now(UTC).date()


async def test_a_locked_contact_says_so_and_a_lead_unlocks_with_a_reason(open_app: Open, desk_file: Path) -> None:
    lock(desk_file)
    async with open_app() as pilot:
        await opened(pilot)
        await until(pilot, lambda: "LOCKED" in seen(pilot) and "callback, another" in seen(pilot))
        await pilot.press("u")
        await at(pilot, ReasonDialog)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, ReasonDialog)
        await pilot.press(*"rang her manager", "enter")
        await until(pilot, lambda: "LOCKED" not in seen(pilot) and "callback, another" in seen(pilot))
        await pilot.press("u")
        await until(pilot, lambda: "Amara Okafor is not locked" in seen(pilot))


async def test_an_agent_unlocks_nobody(open_app: Open, desk_file: Path) -> None:
    lock(desk_file)
    as_agent(desk_file)
    async with open_app() as pilot:
        screen = await opened(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "only a lead unlocks a contact" in seen(pilot))
        assert pilot.app.screen is screen


async def test_an_auditor_is_told_no(open_app: Open, desk_file: Path) -> None:
    as_agent(desk_file, "auditor")
    async with open_app() as pilot:
        await opened(pilot)
        await pilot.press("e")
        await at(pilot, ContactDialog)
        await pilot.press("x", "ctrl+r")
        await until(pilot, lambda: "is an auditor" in seen(pilot))


async def test_what_others_did_appears_by_itself(open_app: Open, desk_file: Path) -> None:
    async with open_app() as pilot:
        await opened(pilot)
        store = open_store(str(desk_file))
        with store.transaction() as session:
            amara = directory.contact_by_name(session, AMARA)
            directory.change_contact(session, amara.id, {"notes": "moved to Leeds"}, LEAD, REGION)
        store.close()
        await until(pilot, lambda: "moved to Leeds" in seen(pilot))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_rows_that_were_never_cleaned_are_shown_without_a_control(
    open_app: Open, desk_file: Path, size: tuple[int, int]
) -> None:
    texts = [
        text.encode("utf-8", "replace").decode().replace("\x00", "")
        for text in entries("queue", "name", "db")
        if len(text) < HUGE
    ]
    store = open_store(str(desk_file))
    with store.transaction() as session:
        for place, text in enumerate(texts):
            given = {"text": text, "unlike": f"{text}{place}", "rights": f'["{place}"]'}
            session.execute(sa.text("INSERT INTO organization (name, folded) VALUES (:text, :unlike)"), given)
            session.execute(
                sa.text(
                    "INSERT INTO contact (organization_id, name, email, may_request, vip, notes, words, created_at)"
                    " VALUES ((SELECT max(id) FROM organization), '!' || :text, :unlike, :rights, 0, :text, '',"
                    " '2026-01-01')"
                ),
                given,
            )
            session.execute(
                sa.text(
                    "INSERT INTO contact_number (contact_id, e164, since)"
                    " VALUES ((SELECT max(id) FROM contact), :text, '2026-01-01')"
                ),
                given,
            )
    store.close()
    async with open_app(size=size) as pilot:
        await pilot.press("d")
        await at(pilot, DirectoryScreen)
        people = pilot.app.screen.query_one(ContactList)
        await until(pilot, lambda: bool(people.lines))
        for position in range(0, len(texts), 2):
            people.cursor = position
            await settled(pilot)
            await check_screen(pilot)
        markup = [place for place, one in enumerate(people.lines) if "[/" in one.name or "click" in one.name]
        for position in (*markup[:4], *range(0, len(texts), 30)):
            people.cursor = position
            await pilot.press("e")
            await at(pilot, ContactDialog)
            await check_screen(pilot)
            await pilot.press("escape")
            await at(pilot, DirectoryScreen)


async def test_hostile_text_is_searched_for_and_typed_as_text(open_app: Open) -> None:
    async with open_app(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        search = screen.query_one("#search", Input)
        for text in (*entries("search"), *entries("name")[::4]):
            search.value = text[:HUGE]
            await check_screen(pilot)
        await pilot.press("escape", "a")
        await at(pilot, ContactDialog)
        for column in ("name", "organization", "email", "phone", "may_request", "approves"):
            field = pilot.app.screen.query_one(f"#input-{column}", Input)
            for text in entries("name", "email", "phone")[::10]:
                field.value = ""
                field.focus()
                await paste(pilot, text[:HUGE])
                await pilot.press("tab")
                await check_screen(pilot)
