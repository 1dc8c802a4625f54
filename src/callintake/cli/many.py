"""Commands that take one ticket or many: by number, from standard input, or by what is searched for."""

import argparse
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from callintake.cli.given import STDIN, read_text
from callintake.cli.opening import at_desk, changing
from callintake.cli.output import complain, say, say_json
from callintake.cli.parser import Parser, add_json
from callintake.domain.errors import Refused
from callintake.domain.view import Filter, View

if TYPE_CHECKING:
    from callintake.services.batch import Told
    from callintake.store.database import Store

Verb = Callable[[Any, str, str], object]
"""What is done, given a session, a ticket's number and the agent."""
_DONE, _REFUSED, _GATE = 0, 1, 3


def add_selection(parser: Parser) -> None:
    """Let a command take many tickets; what else it needs comes after the numbers."""
    parser.has_many = True
    parser.add_argument("numbers", metavar="NUMBER", nargs="*", help="tickets; - reads them from standard input")
    parser.add_argument("--search", metavar="TEXT", help="all tickets of the view that this finds")
    parser.add_argument("--view", choices=[str(view) for view in View], help="which tickets (open, with --search)")
    parser.add_argument("--preview", action="store_true", help="say what would be done, and do nothing")
    add_json(parser)


def carry_out(args: argparse.Namespace, verb: Verb, tell: Callable[[Any], str] | None = None) -> int:
    """Do something with the tickets that are meant; one by itself is silent, unless `tell` has words for it.

    Raises:
        Refused: it is one ticket, and that is refused; or none is meant.
    """
    if _is_one(args):
        with changing(args) as at:
            came_of_it = verb(at.session, args.numbers[0], at.agent)
        if tell is not None and (words := tell(came_of_it)):
            say(words)
        return _DONE
    with at_desk(args) as desk:
        from callintake.services import batch

        numbers = _numbers(args, desk.store, desk.agent)
        act = partial(_acting, verb=verb, agent=desk.agent)
        told = []
        for one in batch.in_chunks(desk.store, numbers, act, for_good=not args.preview):
            told.append(one)
            if not args.json:
                say(_line(one, is_preview=args.preview))
    return _tell(args, told)


def _acting(session: Any, number: str, *, verb: Verb, agent: str) -> object:
    return verb(session, number, agent)


def _is_one(args: argparse.Namespace) -> bool:
    chosen = args.search is not None or args.view is not None
    return len(args.numbers) == 1 and args.numbers != [STDIN] and not (chosen or args.preview or args.json)


def _numbers(args: argparse.Namespace, store: "Store", agent: str) -> list[str]:
    numbers: list[str] = []
    for given in args.numbers:
        numbers += read_text(STDIN).split() if given == STDIN else [given]
    if args.search is not None or args.view is not None:
        from callintake.services.queue import every_line

        wanted = Filter(View(args.view or "open"), agent, args.search or "")
        with store.reading() as session:
            numbers += [line.number for line in every_line(session, wanted)]
    elif not numbers:
        raise Refused("which tickets? Give their numbers, or --search TEXT")
    return numbers


def _line(told: "Told", *, is_preview: bool) -> str:
    if told.is_done:
        return f"{told.number}  {'would be done: ' if is_preview else ''}{told.says}"
    return f"{told.number}  {'would be refused' if is_preview else 'REFUSED'}: {told.says}"


def _tell(args: argparse.Namespace, told: "list[Told]") -> int:
    refused = [one for one in told if not one.is_done]
    gated = sum(one.is_gate for one in refused)
    if args.json:
        say_json([{"number": one.number, "done": one.is_done, "gate": one.is_gate, "says": one.says} for one in told])
    elif not told:
        say("no ticket is meant")
    else:
        done = "would be done" if args.preview else "done"
        say(f"{len(told) - len(refused)} {done}, {len(refused)} refused, {gated} of them by the gate")
    if args.preview or not refused:
        return _DONE
    complain(f"{len(refused)} of {len(told)} tickets were refused, and are as they were")
    return _GATE if gated else _REFUSED
