"""Finding a contact in the directory as one types; none is ever chosen for the agent."""

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from callintake.domain.contact import Contact
from callintake.domain.errors import Refused
from callintake.domain.phone import format_phone
from callintake.domain.text import elide
from callintake.services.desk import Desk
from callintake.widgets.field import LineInput


class ContactFinder(Vertical):
    """An input, and the contacts that what is typed may mean; down leads into them, Enter picks."""

    DEFAULT_CSS = """
    ContactFinder {
        height: auto;
        & Horizontal { height: 1; }
        & Label { width: 14; color: $text-muted; }
        & Input { width: 1fr; background: $boost; }
        & Input:focus { background: $primary-muted; }
        & OptionList { display: none; height: auto; max-height: 4; margin-left: 14; background: $boost; }
        &.-some OptionList { display: block; }
    }
    """

    class Picked(Message):
        """The agent says that this is who is meant."""

        def __init__(self, contact: Contact) -> None:
            super().__init__()
            self.contact = contact

    def __init__(self, desk: Desk, label: str, *, input_id: str) -> None:
        super().__init__()
        self.desk = desk
        self._label = label
        self._input_id = input_id
        self._found: dict[str, Contact] = {}

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label(self._label)
            yield LineInput(placeholder="name, organization, e-mail or number", id=self._input_id)
        yield OptionList(compact=True, markup=False)

    @work(exclusive=True, group="find")
    async def find(self, typed: str) -> None:
        """List the contacts that may be meant; a newer search replaces this one, a failure lists none."""
        try:
            await self.desk.ready()
            from callintake.services.directory import find_contacts

            self._list(await self.desk.ask(find_contacts, typed))
        except Refused:
            self._list([])

    def clear(self) -> None:
        """List nobody."""
        self.workers.cancel_group(self, "find")
        self._list([])

    def _list(self, contacts: list[Contact]) -> None:
        self._found = {str(contact.id): contact for contact in contacts}
        matches = self.query_one(OptionList)
        matches.clear_options()
        matches.add_options(Option(Content(contact_line(contact)), id=key) for key, contact in self._found.items())
        self.set_class(bool(contacts), "-some")

    def key_down(self) -> None:
        matches = self.query_one(OptionList)
        if self.query_one(Input).has_focus and matches.option_count:
            matches.focus()
            matches.highlighted = 0

    @on(OptionList.OptionSelected)
    def _option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        contact = self._found[str(event.option.id)]
        self.clear()
        self.post_message(self.Picked(contact))


def contact_line(contact: Contact) -> str:
    """One contact on one line."""
    number = format_phone(contact.numbers[0].e164) if contact.numbers else "no number on file"
    return f"{elide(contact.name, 28)} · {elide(contact.organization, 28)} · {number}"
