"""Finding a contact in the directory as one types; none is ever chosen for the agent."""

from textual import work
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
    """An input, and the contacts that what is typed may mean; down goes into them, Enter picks."""

    DEFAULT_CSS = """
    ContactFinder {
        height: auto;
        & Horizontal { height: 1; }
        & Label { width: 14; color: $text-muted; }
        & OptionList { display: none; height: auto; max-height: 3; margin-left: 14; background: $boost; }
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
        self._found: list[Contact] = []

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label(self._label)
            yield LineInput(placeholder="name, organization, e-mail or number", id=self._input_id)
        matches = OptionList(compact=True, markup=False)
        matches.can_focus = False
        yield matches

    @property
    def matches(self) -> OptionList:
        """The list of who may be meant."""
        return self.query_one(OptionList)

    def find(self, typed: str) -> None:
        """List the contacts that may be meant; a newer search replaces this one, a failure lists none."""
        self.matches.highlighted = None
        self._find(typed)

    @work(exclusive=True, group="find")
    async def _find(self, typed: str) -> None:
        try:
            await self.desk.ready()
            from callintake.services.directory import find_contacts

            self._list(await self.desk.ask(find_contacts, typed))
        except Refused:
            self._list([])

    def walk(self, by: int) -> bool:
        """Go down or up among the matches; return whether there are any and the input has the focus."""
        if not self._found or not self.query_one(Input).has_focus:
            return False
        here = self.matches.highlighted
        self.matches.highlighted = 0 if here is None else (here + by) % len(self._found)
        return True

    def pick(self) -> bool:
        """Pick the match that was gone to; return whether there was one."""
        here = self.matches.highlighted
        if here is None or not self.query_one(Input).has_focus:
            return False
        self._pick(here)
        return True

    def put_away(self) -> None:
        """Offer nobody any more, also none of a search under way."""
        self.workers.cancel_node(self)
        self._list([])

    def _pick(self, position: int) -> None:
        contact = self._found[position]
        self.put_away()
        self.post_message(self.Picked(contact))

    def _list(self, contacts: list[Contact]) -> None:
        here = self.matches.highlighted
        gone_to = None if here is None else self._found[here].id
        self._found = contacts
        self.matches.clear_options()
        self.matches.add_options(Option(Content(contact_line(contact))) for contact in contacts)
        # Whoever was gone to while the last letter was looked up is still meant.
        self.matches.highlighted = next((at for at, one in enumerate(contacts) if one.id == gone_to), None)
        self.set_class(bool(contacts), "-some")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._pick(event.option_index)


def contact_line(contact: Contact) -> str:
    """One contact on one line."""
    number = format_phone(contact.numbers[0].e164) if contact.numbers else "no number on file"
    return f"{elide(contact.name, 28)} · {elide(contact.organization, 28)} · {number}"
