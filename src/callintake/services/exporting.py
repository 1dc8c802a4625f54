"""Tickets leave the desk as a file: those that a view holds at one moment, however many, in little memory (P11)."""

from array import array
from collections.abc import Iterable, Iterator

from sqlmodel import Session

from callintake.domain.detail import Ticket
from callintake.domain.detail_json import stamp
from callintake.domain.export import PAGE_HEADER, Facts, csv_lines, json_lines, page_rows
from callintake.domain.export_form import Form
from callintake.domain.report import Section
from callintake.domain.view import Filter
from callintake.services import queue, reading
from callintake.services.desk_rules import rules_in_force
from callintake.services.history import now, record
from callintake.services.report_page import report_page
from callintake.store.database import Store

PAGE = 250
"""Tickets that are in memory at a time."""


class Export:
    """An export in the making: which tickets are in it is settled when it begins.

    Each ticket is as it stands when its page is read: one reading over all of them would keep everybody else from
    saving where SQLite has no write-ahead log.
    """

    def __init__(self, store: Store, wanted: Filter, agent: str) -> None:
        self._store = store
        with store.reading() as session:
            self._serials = array("q", queue.serials(session, wanted))
            classification = rules_in_force(session).classification
        self.facts = Facts(classification, wanted.view, now(), agent)
        self.count = 0
        """How many tickets have been written."""

    def lines(self, form: Form, *, bom: bool = False) -> Iterator[str]:
        """Yield the file, a piece at a time; `bom` tells a spreadsheet that a CSV file is in UTF-8."""
        if form is Form.JSON:
            return json_lines(self.facts, self._tickets())
        if form is Form.CSV:
            return csv_lines(self.facts, self._tickets(), bom=bom)
        return self._page(page_rows(self._tickets()))

    def _page(self, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
        facts = self.facts
        said = [("Made", f"{stamp(facts.made_at)} by {facts.made_by}")]
        tickets = Section(f"Tickets: {len(self._serials)}", PAGE_HEADER, rows)
        return report_page(f"Tickets in the view “{facts.view}”", facts.classification, said, [tickets])

    def _tickets(self) -> Iterator[Ticket]:
        for start in range(0, len(self._serials), PAGE):
            with self._store.reading() as session:
                page = reading.tickets(session, self._serials[start : start + PAGE].tolist())
            self.count += len(page)
            yield from page

    def put_on_record(self, session: Session, form: Form, digest: str) -> None:
        """Record who took what out of the desk, and how the file is known again (P11)."""
        facts = self.facts
        record(
            session,
            "tickets exported",
            facts.made_by,
            view=facts.view,
            form=form.value,
            tickets=self.count,
            classification=facts.classification,
            sha256=digest,
        )
