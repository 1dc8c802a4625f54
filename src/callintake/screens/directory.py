"""The directory: people as one types, and what is on file of the one under the cursor."""

from collections.abc import Callable
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Input

from callintake.domain.contact import Contact
from callintake.domain.contact_entry import FOR_LEADS, RIGHTS, Ground, typed_as
from callintake.domain.errors import Refused
from callintake.screens.asking import AskingScreen
from callintake.screens.contact_dialogs import ContactDialog, ReasonDialog
from callintake.screens.glance import keep_looking
from callintake.services.desk import Desk
from callintake.widgets.contact_list import ContactList
from callintake.widgets.contact_view import ContactView
from callintake.widgets.field import LineInput
from callintake.widgets.key_footer import KeyFooter
from callintake.widgets.plain import Plain

P = ParamSpec("P")
R = TypeVar("R")
PAGE = 100
FOUND = 50
"""Contacts that a search shows, best first; whoever is meant is found by another letter."""


class DirectoryScreen(AskingScreen):
    """Who is on file, how they prove who they are, and what they may ask for."""

    CSS_PATH = "directory.tcss"
    AUTO_FOCUS = "ContactList"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/", tooltip="Find people as you type"),
        Binding("e", "edit", "Edit", tooltip="Change what is on file of this contact"),
        Binding("a", "add", "Add", tooltip="Put somebody on file"),
        Binding("u", "unlock", "Unlock", tooltip="Let attempts for this contact be made again, as a lead"),
        Binding("escape", "leave", "Back", tooltip="Leave the contact, the search, or the directory"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._query = ""
        self._mark: object = None

    def compose(self) -> ComposeResult:
        yield Plain(id="title")
        yield LineInput(placeholder="/ finds a name, organization, e-mail or number", id="search")
        with Container(id="body"):
            yield ContactList()
            with VerticalScroll(id="contact"):
                yield ContactView()
        yield Plain(id="empty")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.query_one("#title", Plain).update(Content.styled("Directory", "bold"))
        self._load()
        keep_looking(self, self.look)

    @property
    def people(self) -> ContactList:
        """The list."""
        return self.query_one(ContactList)

    # What is shown

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        """Show the first page, or who is found; a newer load replaces this one."""
        await self.desk.ready()
        from callintake.services import directory, queue

        query = self._query
        if query.strip():
            found = await self.find(directory.find_contacts, query, FOUND)
        else:
            found = await self.find(directory.list_contacts, PAGE)
        if found is None or query != self._query:
            return
        self._mark = await self.find(queue.latest_change)
        self.people.put(found, has_after=not query.strip() and len(found) == PAGE)
        self._say_found(len(found))

    @on(ContactList.EndInSight)
    def _end_in_sight(self, event: ContactList.EndInSight) -> None:
        event.stop()
        self._load_more(backwards=False)

    @on(ContactList.StartInSight)
    def _start_in_sight(self, event: ContactList.StartInSight) -> None:
        event.stop()
        self._load_more(backwards=True)

    @work(exclusive=True, group="more")
    async def _load_more(self, *, backwards: bool) -> None:
        """Load the page beyond an edge of what is here; a failure is said."""
        people, lines = self.people, self.people.lines
        if not lines or self._query.strip():
            return
        from callintake.services import directory

        edge = lines[0] if backwards else lines[-1]
        more = await self.find(directory.list_contacts, PAGE, (edge.name, edge.id), backwards=backwards)
        if more is None or people.lines is not lines:
            return
        if backwards:
            people.prepend(more, has_before=len(more) == PAGE)
        else:
            people.append(more, has_after=len(more) == PAGE)

    @on(ContactList.EdgeWanted)
    @work(exclusive=True, group="load")
    async def _load_edge(self, event: ContactList.EdgeWanted) -> None:
        """Show the first or the last page; a failure is said."""
        from callintake.services import directory

        found = await self.find(directory.list_contacts, PAGE, None, backwards=event.last)
        if found and not self._query.strip():
            is_more, edge = len(found) == PAGE, found[-1 if event.last else 0]
            self.people.put(found, has_before=event.last and is_more, has_after=not event.last and is_more, at=edge)

    def _say_found(self, found: int) -> None:
        """Say how many are shown, and of whom."""
        query = self._query.strip()
        how_many = f"the {FOUND} best" if found == FOUND else f"{found} found"
        shown = (f"  {how_many}, Esc shows everybody", "$foreground 65%") if query else ""
        self.query_one("#title", Plain).update(Content.assemble(("Directory", "bold"), shown))
        is_there = bool(found)
        words = f"Nobody is found by “{query}”." if query else "Nobody is on file. a adds somebody."
        self.query_one("#empty", Plain).update(words)
        self.query_one("#empty").display = not is_there
        self.query_one("#body").display = is_there
        if is_there and self.focused is None:
            self.set_focus(self.people)

    @on(ContactList.Highlighted)
    def _highlighted(self, event: ContactList.Highlighted) -> None:
        event.stop()
        self._show(event.line)

    @work(exclusive=True, group="show")
    async def _show(self, contact: Contact | None) -> None:
        view = self.query_one(ContactView)
        if contact is None:
            view.show(None)
            return
        from callintake.services.contact_reading import contact_detail

        try:
            detail = await self.ask(contact_detail, contact.id)
        except Refused:
            return
        view.show(detail)
        self.query_one("#contact").scroll_home(animate=False)
        if detail.contact != contact:
            self.people.replace(detail.contact)

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Show the contact anew when somebody changed something."""
        if not self.is_current or self._mark is None:
            return
        from callintake.services import queue

        try:
            mark = await self.ask(queue.latest_change)
        except Refused:
            return
        if mark != self._mark:
            self._mark = mark
            self._show(self.people.current)

    def on_screen_resume(self) -> None:
        self.look()

    # Search

    def action_search(self) -> None:
        """Find people as one types."""
        self.set_focus(self.query_one("#search", Input))

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self._query = event.value
        # Until who is found is there nobody is meant, so that a key pressed early hits none.
        self.people.put([])
        self._load()

    @on(Input.Submitted, "#search")
    def _search_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(self.people)

    @on(ContactList.Opened)
    def _opened(self, event: ContactList.Opened) -> None:
        event.stop()
        self.set_focus(self.query_one("#contact"))

    def action_leave(self) -> None:
        """Go back to the list, then to everybody, then to where one came from."""
        search = self.query_one("#search", Input)
        if self.focused is self.query_one("#contact"):
            self.set_focus(self.people)
        elif search.has_focus or search.value:
            search.value = ""
            self.set_focus(self.people)
        else:
            self.dismiss()

    # What is done

    async def act(self, verb: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """Carry out a verb; None, after saying why, where it was refused."""
        try:
            return await self.desk.change(verb, *args, **kwargs)
        except Refused as error:
            self.notify(str(error), title="Not done", severity="warning", markup=False)
            return None

    @work(group="act")
    async def action_edit(self) -> None:
        """Ask for what is to be on file of the contact, until it can be."""
        if (contact := self.people.current) is None:
            return
        from callintake.services import directory

        contact = await self.find(directory.contact_by_id, contact.id)
        if contact is None:
            return
        on_file = typed_as(contact)
        typed = await self._ask(contact.name, on_file, FOR_LEADS)
        while typed is not None:
            changes = {column: text for column, text in typed.items() if text != on_file[column]}
            changed = await self.act(directory.change_contact, contact.id, changes, self.desk.agent, self.desk.region)
            if changed is not None:
                self.notify("; ".join(changed) or "nothing changed", markup=False, timeout=4)
                self._show(contact)
                return
            typed = await self._ask(contact.name, typed, FOR_LEADS, unsaved=True)

    @work(group="act")
    async def action_add(self) -> None:
        """Ask for somebody who is to be on file, and show them."""
        from callintake.services import directory

        typed = await self._ask("Somebody new", typed_as(None), RIGHTS)
        while typed is not None:
            added = await self.act(directory.add_contact, typed, self.desk.agent, self.desk.region)
            if added is not None:
                self.notify(f"{added.name} is on file", markup=False, timeout=3)
                self.query_one("#search", Input).value = added.email or f"{added.name} {added.organization}"
                self.set_focus(self.people)
                return
            typed = await self._ask("Somebody new", typed, RIGHTS, unsaved=True)

    async def _ask(
        self, title: str, typed: dict[str, str], for_leads: frozenset[str], *, unsaved: bool = False
    ) -> dict[str, str] | None:
        from datetime import UTC, datetime

        from callintake.services.agents import is_lead

        by_lead = await self.find(is_lead, self.desk.agent)
        ground = Ground(self.desk.region, self.desk.rules, datetime.now(UTC).date())
        fixed = frozenset() if by_lead else for_leads
        dialog = ContactDialog(self.desk, title, typed, ground, for_leads=fixed, unsaved=unsaved)
        return await self.app.push_screen_wait(dialog)

    @work(group="act")
    async def action_unlock(self) -> None:
        """Ask why the contact is to be unlocked, and unlock it."""
        if (contact := self.people.current) is None:
            return
        from callintake.services import agents, verification

        if not await self.find(verification.is_locked, contact.id):
            self.notify(f"{contact.name} is not locked", markup=False, timeout=3)
        elif not await self.find(agents.is_lead, self.desk.agent):
            self.notify("only a lead unlocks a contact", title="Not done", severity="warning", markup=False)
        else:
            title = f"Unlock {contact.name}"
            why = await self.app.push_screen_wait(ReasonDialog(title, "how do you know that it is them who try?"))
            if why is not None:
                await self.act(verification.unlock_contact, contact.id, why, self.desk.agent)
                self._show(contact)
