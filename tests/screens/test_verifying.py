"""Verifying a caller during a call: what there is to go by is offered, compared and recorded; nothing is shown."""

from pathlib import Path

from textual.widgets import Input

from callintake.domain.draft import Step
from callintake.domain.method import Method
from callintake.services import credentials, directory
from callintake.store.database import open_store
from callintake.widgets.choice import Choice
from callintake.widgets.verify_form import VerifyForm
from tests.conftest import LEAD
from tests.screens.conftest import Open, capture, seen, settled, until

PIN = "40719"


def give_pin(place: Path, who: str) -> None:
    store = open_store(str(place))
    with store.transaction() as session:
        credentials.set_pin(session, directory.contact_by_name(session, who).id, PIN, LEAD)
    store.close()


def is_anywhere(place: Path, secret: str) -> bool:
    """Whether a secret is in the bytes of a database, or of what lies beside it."""
    return any(secret.encode() in path.read_bytes() for path in place.parent.rglob("*") if path.is_file())


def form(pilot) -> VerifyForm:
    return capture(pilot).query_one(VerifyForm)


def offered(pilot) -> list[Method]:
    return [method for _label, method in form(pilot).query_one("#method", Choice)._options]


async def pick(pilot, who: str) -> None:
    """Pick the one contact that a first name means."""
    await pilot.press("f5", *who)
    await until(pilot, lambda: f"{who.capitalize()} " in seen(pilot) and " · " in seen(pilot))
    await pilot.press("down", "enter")
    await until(pilot, lambda: "may ask for" in seen(pilot))
    await settled(pilot)


async def test_a_pin_is_compared_and_never_shown(open_app: Open, desk_file: Path) -> None:
    give_pin(desk_file, "Amara Okafor")
    async with open_app("capture") as pilot:
        await pilot.press(*"printer")
        await pick(pilot, "amara")
        assert form(pilot).method is Method.PIN
        await pilot.press(*"99999", "enter")
        await until(pilot, lambda: "verification failed" in seen(pilot))
        assert "99999" not in seen(pilot)
        await pilot.press(*PIN)
        assert PIN not in seen(pilot)
        assert form(pilot).query_one("#said", Input).value == PIN
        await pilot.press("enter")
        await until(pilot, lambda: "GATE OPEN" in seen(pilot))
        assert form(pilot).query_one("#said", Input).value == ""
        assert capture(pilot).draft.step is Step.REQUEST
        assert [attempt.outcome for attempt in capture(pilot).draft.attempts] == ["failed", "verified"]


async def test_somebody_who_may_not_ask_needs_an_approver_of_their_organization(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"mailbox", "f7", "a", "c")
        await pick(pilot, "declan")
        assert form(pilot).method is Method.CALLBACK
        await pilot.press("v", "enter")
        await until(pilot, lambda: "needs an approver" in seen(pilot))
        assert "still 1 more of another class" in " ".join(seen(pilot).split()), seen(pilot)
        await until(pilot, lambda: "Priya" in seen(pilot))
        await pilot.press("enter", "v", "enter")
        await until(pilot, lambda: "GATE OPEN" in seen(pilot))
        assert [attempt.method for attempt in capture(pilot).draft.attempts] == [Method.CALLBACK, Method.APPROVER]


async def test_why_a_method_is_not_to_be_had_is_said(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pick(pilot, "amara")
        assert Method.PIN not in offered(pilot)
        assert "PIN: none on file" in seen(pilot)


async def test_one_key_marks_a_call_suspicious_and_its_gate_stays_shut(open_app: Open) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"printer")
        await pick(pilot, "amara")
        await pilot.press("v", "enter")
        await until(pilot, lambda: "GATE OPEN" in seen(pilot))
        await pilot.press("f10")
        await until(pilot, lambda: "GATE SHUT" in seen(pilot))
        assert capture(pilot).draft.suspicion == "marked by the agent"
        await pilot.press("f5", "f5")
        await until(pilot, lambda: "marked suspicious" in seen(pilot))


async def test_after_three_failures_the_contact_is_locked_on_the_screen(open_app: Open, desk_file: Path) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"printer")
        await pick(pilot, "amara")
        for _ in range(3):
            await pilot.press("f5")
            pilot.app.screen.set_focus(form(pilot).outcome)
            await pilot.press("f", "enter")
            await settled(pilot)
        await until(pilot, lambda: "locked after failed" in seen(pilot))
        said = [note.message for note in pilot.app._notifications]
        assert "2 more and the contact is locked" in said[0]
        assert "1 more and the contact is locked" in said[1]
        assert "the contact is locked now: a lead unlocks it" in said[2]
        assert offered(pilot) == []
        assert capture(pilot).draft.is_locked


async def test_a_secret_in_the_notes_is_warned_of_and_taken_out_for_good(open_app: Open, desk_file: Path) -> None:
    async with open_app("capture") as pilot:
        await pilot.press(*"printer", "enter", *"her", "space", *"password", "space", *"is", "space", *"hunter2x")
        await until(pilot, lambda: "looks like a password" in seen(pilot))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "same key" in seen(pilot))
        await pilot.press("ctrl+d")
        await until(pilot, lambda: "hunter2x" not in capture(pilot).draft.notes)
        assert "[redacted: password]" in capture(pilot).draft.notes
        assert len(capture(pilot).draft.offsets) == 2
        await pilot.press("ctrl+z")
        assert "hunter2x" not in capture(pilot).draft.notes
        await settled(pilot)
    assert not is_anywhere(desk_file, "hunter2x")


async def test_enter_without_a_pin_is_no_attempt(open_app: Open, desk_file: Path) -> None:
    give_pin(desk_file, "Amara Okafor")
    async with open_app("capture") as pilot:
        await pick(pilot, "amara")
        await until(pilot, lambda: form(pilot).said.has_focus)
        await pilot.press("enter", "space", "enter")
        await until(pilot, lambda: "nothing was compared" in seen(pilot))
        assert len(pilot.app._notifications) == 1
        await settled(pilot)
        assert capture(pilot).draft.attempts == ()
        assert form(pilot).said.has_focus
