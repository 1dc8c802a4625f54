"""The palette: every key has an entry in it, every call that waits has one, and what has no key."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import App, SystemCommand
from textual.screen import ModalScreen, Screen

from callintake.domain.text import clean_line
from callintake.widgets.plain import as_markup

if TYPE_CHECKING:
    from callintake.app import CallintakeApp


def commands(app: "CallintakeApp", screen: Screen[object]) -> Iterator[SystemCommand]:
    """Return what can be done on a screen."""
    seen = set()
    for node, binding, enabled, tooltip in screen.active_bindings.values():
        ours = isinstance(node, App | Screen) and (binding.tooltip or tooltip)
        if enabled and ours and binding.action not in seen:
            seen.add(binding.action)
            key = app.get_key_display(binding)
            help_text = f"{tooltip or binding.tooltip or binding.description}  ({key})"
            yield SystemCommand(
                binding.description,
                help_text,
                lambda action=binding.action, node=node: app.run_action(action, node),
            )
    for draft in app.calls.open:
        if draft.call_id != app.calls.front and not isinstance(screen, ModalScreen):
            who = clean_line(draft.name) or draft.caller_number or "the unknown caller"
            yield SystemCommand(
                # The palette takes both lines for markup.
                f"Resume {as_markup(who)}",
                f"Go on with this call: {as_markup(draft.effective_subject or 'nothing noted yet')}",
                lambda call_id=draft.call_id: app.calls.resume(call_id),
            )
    if not isinstance(screen, ModalScreen):
        for call in app.phones:
            yield SystemCommand(
                f"Take {as_markup(call.shown_number)}",
                f"Take this call: {as_markup(call.who or 'nobody on file')}",
                lambda call_id=call.call_id: app.action_take_call(call_id),
            )
        yield SystemCommand("Phones: what came", "The last events, and what became of each", app.action_phone_events)
    yield SystemCommand("Phones: test call", "Announce a call that nobody makes", app.action_test_call)
    yield SystemCommand("Theme", "Choose light, dark or another theme", app.action_change_theme)
    has_keys = bool(screen.query("HelpPanel"))
    toggle = app.action_hide_help_panel if has_keys else app.action_show_help_panel
    yield SystemCommand("Keys", f"{'Hide' if has_keys else 'Show'} the keys of this screen", toggle)
