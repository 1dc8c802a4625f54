"""`calls`: every call, and the end of those that were left behind."""

import argparse
from typing import TYPE_CHECKING

from callintake.cli.opening import changing, reading
from callintake.cli.output import complain, say_json, say_table
from callintake.cli.parser import Commands, Parser, add_json, how_many
from callintake.cli.report import add_since

if TYPE_CHECKING:
    from sqlmodel import Session

    from callintake.domain.detail import CallRecord

_ON_SCREEN = 100
_PAGE = 1000


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the calls."""
    group, verbs = parser.group(commands, "calls", "every call, with and without a ticket")
    listing = group.command(verbs, "list", list_calls, "list calls, the newest first")
    listing.add_argument("--limit", type=how_many, metavar="N", help="at most (100; with --json all)")
    add_since(listing)
    listing.add_argument("--open", action="store_true", help="only those whose ending nobody has stated")
    add_json(listing)
    discard = group.command(verbs, "discard", discard_call, "end a call that leads to no ticket; its text is kept")
    discard.add_argument("call", metavar="ID", help="its id, or 4 or more of its first digits")
    discard.add_argument("--why", metavar="TEXT", required=True, help="what it was about; this goes on record")


def list_calls(args: argparse.Namespace) -> int:
    """Print calls, also missed ones and those without a ticket."""
    with reading(args) as at:
        from callintake.services.calls import unaccounted_calls

        limit = args.limit or (None if args.json else _ON_SCREEN)
        # One more, to know whether there are more.
        found = _calls(at.session, args, None if limit is None else limit + 1)
        calls = found[:limit]
        since = calls[-1].started_at if calls else None
        states = {} if args.json else {one.call.id: one.standing for one in unaccounted_calls(at.session, since)}
    if args.json:
        from callintake.domain.detail_json import call_to_json

        say_json([call_to_json(call) for call in calls])
        return 0
    from callintake.domain.report import CALL_HEADER

    header = (*CALL_HEADER, "Talk", "Disposition", "Ticket", "Reason")
    say_table(header, [_row(call, call.disposition or states[call.id]) for call in calls])
    if len(found) > len(calls):
        complain(f"the newest {len(calls)} calls; more with --limit")
    return 0


def _calls(session: "Session", args: argparse.Namespace, limit: int | None) -> "list[CallRecord]":
    """The calls wanted, read a page at a time."""
    from callintake.services.calls import list_calls

    calls: list[CallRecord] = []
    while limit is None or len(calls) < limit:
        size = _PAGE if limit is None else min(_PAGE, limit - len(calls))
        after = calls[-1] if calls else None
        page = list_calls(session, since=args.since, only_open=args.open, after=after, limit=size)
        calls += page
        if len(page) < size:
            break
    return calls


def _row(call: "CallRecord", became: str) -> tuple[str, ...]:
    from callintake.domain.call import clock
    from callintake.domain.report import call_cells

    return (
        *call_cells(call),
        "–" if call.talk_seconds is None else clock(call.talk_seconds),
        became,
        call.ticket or "–",
        call.reason or "–",
    )


def discard_call(args: argparse.Namespace) -> int:
    """End a call that leads to no ticket, for a reason."""
    with changing(args) as at:
        from callintake.services import calls

        calls.discard_call(at.session, args.call, args.why, at.agent)
    return 0
