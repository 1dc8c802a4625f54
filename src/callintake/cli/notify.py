"""`notify`: the outbox, and the courier that drains it."""

import argparse
import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callintake.cli.opening import changing, config_of, opened, reading
from callintake.cli.output import complain, say, say_json, say_table
from callintake.cli.parser import Commands, Parser, add_json, how_many

if TYPE_CHECKING:
    from callintake.domain.message import Message
    from callintake.notifications.courier import Tally
    from callintake.store.database import Store

_ON_SCREEN = 100


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the outbox."""
    group, verbs = parser.group(commands, "notify", "messages to departments: what became of them, and sending them")
    listing = group.command(verbs, "list", list_messages, "list messages, the newest first")
    listing.add_argument("--limit", type=how_many, metavar="N", help="at most (100; with --json all)")
    listing.add_argument("--open", action="store_true", help="only those that are not sent, nor settled")
    add_json(listing)
    group.command(verbs, "send", send, "send what is due, and exit")
    retry = group.command(verbs, "retry", retry_message, "let a message be tried anew, from the first try on")
    settle = group.command(verbs, "settle", settle_message, "let a dead message rest: they were told otherwise")
    for added, needed in ((retry, False), (settle, True)):
        added.add_argument("message", metavar="ID", help="its id, as `notify list` has it")
        added.add_argument("--why", metavar="TEXT", required=needed, default="by command", help="goes on record")
    test = group.command(verbs, "test", try_department, "send a test to every address of a department, now")
    preview = group.command(verbs, "preview", preview_department, "print what a department would be sent")
    for added in (test, preview):
        added.add_argument("department", metavar="DEPARTMENT")
    about = preview.add_mutually_exclusive_group()
    about.add_argument("--ticket", metavar="NUMBER", help="about this ticket; without it, a test")
    about.add_argument("--example", action="store_true", help="about an invented ticket, to see how templates read")


def list_messages(args: argparse.Namespace) -> int:
    """Print messages."""
    with reading(args) as at:
        from callintake.services import outbox

        limit = args.limit or (None if args.json else _ON_SCREEN)
        more = None if limit is None else limit + 1
        found = outbox.list_messages(at.session, limit=more, only_open=args.open)
        standing = outbox.standing(at.session)
    messages = found[:limit]
    if args.json:
        from callintake.domain.detail_json import message_to_json

        say_json([message_to_json(message) for message in messages])
        return 0
    header = ("Id", "State", "At", "Ticket", "What", "To", "By", "Tries", "Outcome")
    say_table(header, [_row(message) for message in messages])
    if len(found) > len(messages):
        complain(f"the newest {len(messages)} messages; more with --limit")
    if standing.warning:
        complain(standing.warning)
    return 0


def _row(message: "Message") -> tuple[str, ...]:
    outcome = f"settled: {message.settled}" if message.settled else message.outcome or "–"
    return (
        str(message.id),
        message.standing,
        f"{message.at:%Y-%m-%d %H:%M}",
        message.ticket or "–",
        message.event,
        f"{message.department}: {message.recipient}" if message.department else message.recipient,
        message.channel,
        str(message.tries),
        outcome,
    )


def send(args: argparse.Namespace) -> int:
    """Send what is due; exit 1 when something was not sent."""
    from callintake.services.agents import sign_in

    config = config_of(args)
    with opened(config) as store:
        with store.transaction() as session:
            sign_in(session, config.agent)
        tally, left = asyncio.run(_drain(store))
        why = _why_not(store) if left else []
    say(f"{tally.sent} sent, {tally.failed} failed, {tally.dead} dead")
    for reason in tally.said:
        complain(reason)
    if left:
        complain(f"{left} can't be sent from here")
    for reason in why:
        complain(reason)
    return int(bool(tally.failed or tally.dead or left))


def _why_not(store: "Store") -> list[str]:
    from callintake.cli.delivery_findings import out_of_reach

    with store.reading() as session:
        why = list(out_of_reach(session))
    return why or ["what they go by is in the desk file no more; `callintake notify list --open` shows them"]


async def _drain(store: "Store") -> "tuple[Tally, int]":
    from callintake.notifications.courier import Courier, reach_of
    from callintake.services.delivery import due_but_out_of_reach
    from callintake.services.desk_rules import rules_in_force
    from callintake.services.telling import tell_breaches

    change = _changes(store)
    await change(tell_breaches)
    rules = (await change(rules_in_force)).notify
    tally = await Courier(change).drain(rules)
    return tally, await change(due_but_out_of_reach, reach_of(rules))


def _changes(store: "Store") -> Callable[..., Any]:
    async def change(verb: Callable[..., Any], /, *args: Any) -> Any:
        def job() -> Any:
            with store.transaction() as session:
                return verb(session, *args)

        return await asyncio.to_thread(job)

    return change


def retry_message(args: argparse.Namespace) -> int:
    """Let a message be tried anew."""
    with changing(args) as at:
        from callintake.services import outbox

        message = outbox.replay(at.session, args.message, args.why, at.agent)
    say(f"message {message.id} to {message.recipient} is due now; an open desk or `notify send` sends it")
    return 0


def settle_message(args: argparse.Namespace) -> int:
    """Let a dead message rest."""
    with changing(args) as at:
        from callintake.services import outbox

        message = outbox.settle(at.session, args.message, args.why, at.agent)
    say(f"message {message.id} to {message.recipient} is settled")
    return 0


def try_department(args: argparse.Namespace) -> int:
    """Send a test everywhere where a department hears, and say of each what came of it."""
    with reading(args) as at:
        from callintake.services.delivery import trial

        claims = trial(at.session, args.department)
    from callintake.domain.delivery import Verdict
    from callintake.notifications.courier import deliver

    async def deliver_all() -> list[Any]:
        return [await deliver(claimed) for claimed in claims]

    outcomes = asyncio.run(deliver_all())
    for claimed, outcome in zip(claims, outcomes, strict=True):
        sign = "✓ sent" if outcome.verdict is Verdict.SENT else "✗ NOT SENT"
        say(f"{sign:<10}  {claimed.medium} {claimed.recipient}: {outcome.said}")
    return int(any(outcome.verdict is not Verdict.SENT for outcome in outcomes))


def preview_department(args: argparse.Namespace) -> int:
    """Print what would go over the wire, with no address of a webhook in it."""
    with reading(args) as at:
        from callintake.services.delivery import trial

        claims = trial(at.session, args.department, args.ticket, of_example=args.example)
    from callintake.notifications.preview import preview

    for claimed in claims:
        say(f"--- {claimed.medium} to {claimed.recipient}")
        say(preview(claimed))
    return 0
