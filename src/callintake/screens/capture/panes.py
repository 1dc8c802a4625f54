"""The four steps of a capture, as panes; they show a draft and tell what was typed."""

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label

from callintake.domain.call import Channel
from callintake.domain.contact import LABELS
from callintake.domain.draft import CallDraft
from callintake.domain.gate import Gate
from callintake.domain.routing import Desk
from callintake.domain.text import elide
from callintake.domain.ticket import Impact, Priority, Urgency, priority_of
from callintake.domain.verification import counting_attempts, still_needed
from callintake.services.desk import Desk as OpenDesk
from callintake.widgets.checklist import Checklist
from callintake.widgets.choice import Choice
from callintake.widgets.contact_finder import ContactFinder
from callintake.widgets.field import Field, LineInput
from callintake.widgets.number_input import NumberInput
from callintake.widgets.organization_suggester import OrganizationSuggester
from callintake.widgets.plain import Plain
from callintake.widgets.verify_form import VerifyForm


class VerifyPane(Vertical):
    """Step 1: who is on the line, and how that is shown."""

    def __init__(self, desk: OpenDesk, draft: CallDraft, *, id: str) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.draft = draft
        """The draft as it is when the pane is made."""

    def compose(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Label("Line")
            yield Choice(
                [(channel.value, channel) for channel in Channel], value=self.draft.channel, needed=True, id="channel"
            )
            yield NumberInput(
                self.draft.caller_number,
                lambda: self.desk.region,
                placeholder="caller's number: a claim, no proof",
                id="input-caller_number",
            )
        yield ContactFinder(self.desk, "Caller", input_id="input-caller")
        yield Plain(id="claimed", classes="hint")
        yield VerifyForm()
        yield Plain(id="verdict", classes="hint")

    def show(self, draft: CallDraft, gate: Gate, desk: Desk, since: datetime) -> None:
        """Show who is claimed to call, and what the evidence from `since` on says."""
        claimed = self.query_one("#claimed", Plain)
        if draft.contact:
            rights = ", ".join(draft.contact.may_request) or "help only"
            vip = "VIP · " if draft.contact.vip else ""
            claimed.update(f"{vip}{elide(draft.contact.organization, 30)}, may ask for {rights}")
        elif draft.name.strip():
            claimed.update("not picked from the directory: ↓ to pick, or a lead vouches")
        else:
            claimed.update("")
        verdict = "✓ confirmed as authorized" if gate.open else f"✗ {gate.reasons[0]}"
        counting = counting_attempts(draft.attempts, draft.claim, since)
        needed = still_needed(counting, draft.effective_category(desk), draft.contact, desk.verification)
        if not gate.open and counting and needed:
            verdict = f"{verdict} · still {' and '.join(needed)}"
        self.query_one("#verdict", Plain).update(verdict)


class ContactPane(Vertical):
    """Step 2: the four facts by which the requester can be reached (P6)."""

    def __init__(self, desk: OpenDesk, *, id: str) -> None:
        super().__init__(id=id)
        self.desk = desk

    def compose(self) -> ComposeResult:
        placeholders = {"email": "name@example.com", "phone": "with ext. for an extension"}
        suggesters = {"organization": OrganizationSuggester(self.desk)}
        for name, label in LABELS.items():
            yield Field(label, name=name, placeholder=placeholders.get(name, ""), suggester=suggesters.get(name))
        yield Field("If missing", name="missing_reason", placeholder="why a fact can't be had")


class RequestPane(Vertical):
    """Step 3: what is asked for, beyond the notes (P7)."""

    def compose(self) -> ComposeResult:
        rows = (
            ("Category", Choice(id="category")),
            ("Priority", Choice([(priority.word, priority) for priority in Priority], id="priority")),
            ("or Impact", Choice([(impact.word, impact) for impact in Impact], id="impact")),
            ("and Urgency", Choice([(urgency.word, urgency) for urgency in Urgency], id="urgency")),
            (
                "Subject",
                LineInput(placeholder="else the start of the notes", id="input-subject"),
            ),
            ("Asset", LineInput(placeholder="tag of the thing it is about", id="input-asset")),
        )
        for label, field in rows:
            with Horizontal(classes="row"):
                yield Label(label)
                yield field
        yield Checklist(id="asked")
        yield Plain(id="procedure", classes="hint")

    def show(self, draft: CallDraft, desk: Desk) -> None:
        """Show what to ask for a category, and what follows where nothing is chosen."""
        category = draft.effective_category(desk)
        categories = [(f"{one.name}{'*' * one.sensitive}", one.name) for one in desk.categories]
        self.query_one("#category", Choice).offer(categories, draft.category)
        self.query_one("#category", Choice).fallback = category.name
        self.query_one("#priority", Choice).fallback = priority_of(draft.impact, draft.urgency) or category.priority
        self.query_one(Checklist).offer(category.questions, draft.asked)
        procedure = f"Follow {category.procedure}" if category.procedure else ""
        sensitive = "* sensitive: needs the right to ask for it" if category.sensitive else ""
        self.query_one("#procedure", Plain).update("   ".join(filter(None, (procedure, sensitive))))


class RoutePane(Vertical):
    """Step 4: where it goes, and what will happen when it is raised."""

    def compose(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Label("Department")
            yield Choice(id="department")
        yield Plain(id="outlook", classes="hint")

    def show(self, draft: CallDraft, gate: Gate, desk: Desk, now: datetime) -> None:
        """Say what raising the ticket will do, as things stand."""
        department = draft.effective_department(desk)
        self.query_one("#department", Choice).offer([(one, one) for one in desk.departments], draft.department)
        self.query_one("#department", Choice).fallback = department
        lines = [f"Subject       {elide(draft.effective_subject or '–', 60)}"]
        if gate.open:
            lines.append(f"Gate open     goes to {department} at once")
        else:
            lines.append(f"Gate shut     it waits for verification ({gate.reasons[0]}), then {department}")
        if (closed := desk.closed(department, now)) is not None:
            lines.append(f"Closed        {closed.how}")
        missing = [LABELS[name] for name in draft.missing]
        if missing and draft.missing_reason.strip():
            lines.append(f"Missing       {', '.join(missing)}: {draft.missing_reason.strip()}")
        elif missing:
            lines.append(f"Missing       {', '.join(missing)}: say why in Contact")
        if not draft.notes.strip() and not draft.subject.strip():
            lines.append("Notes         nothing noted yet")
        unread = [
            LABELS.get(name, name)
            for name in ("name", "organization", "email", "phone")
            if name not in draft.confirmed and name not in draft.missing
        ]
        if unread:
            lines.append(f"Read back     F12: not confirmed yet: {', '.join(unread)}")
        self.query_one("#outlook", Plain).update("\n".join(lines))
