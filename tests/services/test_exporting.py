"""An export while the desk goes on: what is in it is settled when it begins, and nobody waits for it."""

import json

import pytest

from callintake.domain.export_form import Form
from callintake.domain.view import Filter, View
from callintake.services import exporting, tickets
from callintake.services.exporting import Export
from callintake.store.database import Store
from tests.conftest import LEAD
from tests.services.acting import raise_open, raise_waiting


@pytest.fixture
def numbers(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Five tickets, of which two are in memory at a time."""
    monkeypatch.setattr(exporting, "PAGE", 2)
    with store.transaction() as session:
        return [raise_open(session), *(raise_waiting(session) for _ in range(4))]


def test_all_pages_are_in_it_in_the_order_of_the_queue(store: Store, numbers: list[str]) -> None:
    with store.transaction() as session:
        tickets.set_priority(session, numbers[4], tickets.Priority.CRITICAL, LEAD)
    export = Export(store, Filter(View.ALL, LEAD), LEAD)
    document = json.loads("".join(export.lines(Form.JSON)))
    assert [one["number"] for one in document["tickets"]] == [numbers[4], *numbers[:4]]
    assert export.count == 5
    assert [len(list(export.lines(Form.CSV))), document["classification"]] == [6, "Protected | Internal Use"]


def test_others_work_on_while_it_is_written(store: Store, numbers: list[str]) -> None:
    lines = Export(store, Filter(View.OPEN, LEAD), LEAD).lines(Form.JSON)
    written = []
    while not written or '"tickets": [' not in written[-1]:
        written.append(next(lines))
    written.append(next(lines))
    with store.transaction() as session:
        raise_waiting(session)
        tickets.add_note(session, numbers[0], "written already", LEAD)
        tickets.add_note(session, numbers[4], "still to come", LEAD)
        tickets.set_status(session, numbers[4], tickets.Status.CLOSED, LEAD, reason="never confirmed")
    document = json.loads("".join([*written, *lines]))
    assert [one["number"] for one in document["tickets"]] == numbers
    assert [[note["text"] for note in one["notes"]] for one in document["tickets"]] == [
        *[[]] * 4,
        ["still to come"],
    ]
    assert document["tickets"][4]["status"] == "closed"
