"""`tickets claim`, `release`, `assign`, `priority`, `route`, `status`, `note`, `follow-up` and `redact`."""

import argparse

from callintake.cli.given import given_text
from callintake.cli.many import add_selection, carry_out
from callintake.cli.opening import changing
from callintake.cli.output import say
from callintake.cli.parser import Commands, Parser, Run, how_many
from callintake.domain.call import Channel
from callintake.domain.number import is_number_like
from callintake.domain.ticket import Priority, Status


def add_commands(parser: Parser, verbs: Commands) -> None:
    """Add what changes a ticket to the group `tickets`."""

    def change(name: str, run: Run, what: str) -> Parser:
        added = parser.command(verbs, name, run, what)
        added.add_argument("number", metavar="NUMBER")
        return added

    def change_many(name: str, run: Run, what: str) -> Parser:
        added = parser.command(verbs, name, run, what)
        add_selection(added)
        return added

    change_many("claim", claim, "make tickets your own")
    change_many("release", release, "put tickets back for others")
    give = change_many("assign", assign, "give tickets to an agent: the last word, or --to; without either, you")
    give.add_argument("--to", metavar="AGENT")
    change_many("priority", priority, "say how soon").add_argument("priority", choices=[one.word for one in Priority])
    change_many("route", route, "send tickets to a department").add_argument("department", metavar="DEPARTMENT")
    moved = change_many("status", status, "move tickets on")
    moved.add_argument("status", choices=[str(one) for one in Status])
    moved.add_argument("--reason", metavar="TEXT", default="", help="why; needed to close behind a shut gate")
    change("notify", notify, "tell another department; the ticket stays where it is").add_argument(
        "department", metavar="DEPARTMENT"
    )
    change("note", note, "add a note, whatever the gate").add_argument("text", metavar="TEXT|-")
    again = change("follow-up", follow_up, "add a call about a ticket that is there, over as it begins")
    again.add_argument("text", metavar="TEXT|-", help="what was said")
    again.add_argument("--channel", choices=[str(channel) for channel in Channel], default=Channel.CELL.value)
    again.add_argument("--from", dest="caller", metavar="NUMBER", default="", help="the caller number")
    out = change("redact", redact, "take a secret out of a note or the description; its author or a lead may")
    where = out.add_mutually_exclusive_group(required=True)
    where.add_argument("--note", type=how_many, metavar="N", help="the note in that place, the first being 1")
    where.add_argument("--description", action="store_true", help="the description, with the subject")
    out.add_argument(
        "--text",
        metavar="TEXT|-",
        help="what is to be taken out, best read from standard input (-), since others can read the arguments of a "
        "program; without it, all that looks like a secret",
    )
    out.add_argument("--why", metavar="TEXT", required=True, help="the reason, which stays on record")


def claim(args: argparse.Namespace) -> int:
    """Claim tickets; exit 3 while a gate is shut."""
    from callintake.services import tickets

    return carry_out(args, tickets.claim)


def release(args: argparse.Namespace) -> int:
    """Put tickets back."""
    from callintake.services import tickets

    return carry_out(args, tickets.release)


def assign(args: argparse.Namespace) -> int:
    """Give tickets to somebody; exit 3 while a gate is shut."""
    from callintake.services import tickets

    to = args.to
    if to is None and len(args.numbers) > 1 and not is_number_like(args.numbers[-1]):
        to = args.numbers.pop()
    return carry_out(args, lambda session, number, agent: tickets.assign(session, number, to or agent, agent))


def priority(args: argparse.Namespace) -> int:
    """Say how soon; the due time follows."""
    from callintake.services import tickets

    wanted = Priority.of(args.priority)
    return carry_out(args, lambda session, number, agent: tickets.set_priority(session, number, wanted, agent))


def route(args: argparse.Namespace) -> int:
    """Send tickets to a department; exit 3 while a gate is shut."""
    from callintake.services import tickets

    return carry_out(
        args,
        lambda session, number, agent: tickets.route(session, number, args.department, agent),
        lambda closed: f"{closed.department} is {closed.words}" if closed else "",
    )


def notify(args: argparse.Namespace) -> int:
    """Tell another department of a ticket; exit 3 while its gate is shut."""
    with changing(args) as at:
        from callintake.services import tickets

        told = tickets.involve(at.session, args.number, args.department, at.agent)
    closed = "" if told.closed_until is None else f"; {told.department} is closed until {told.closed_until}"
    say(f"{told.messages} message{'s' * (told.messages != 1)} to be sent{closed}")
    return 0


def status(args: argparse.Namespace) -> int:
    """Move tickets on; exit 3 where that is an action and a gate is shut."""
    from callintake.services import tickets

    wanted = Status(args.status)
    return carry_out(
        args,
        lambda session, number, agent: tickets.set_status(session, number, wanted, agent, reason=args.reason),
    )


def note(args: argparse.Namespace) -> int:
    """Add a note given as an argument, or on standard input."""
    text = given_text(args.text)
    with changing(args) as at:
        from callintake.services import tickets

        tickets.add_note(at.session, args.number, text, at.agent)
    return 0


def follow_up(args: argparse.Namespace) -> int:
    """Record a call that begins and ends now, its notes given as an argument or on standard input."""
    text = given_text(args.text)
    with changing(args) as at:
        from callintake.domain.draft import new_draft
        from callintake.services.follow_up import add_follow_up
        from callintake.services.history import now

        draft = new_draft(now(), Channel(args.channel), args.caller).with_(notes=text)
        add_follow_up(at.session, draft, args.number, at.agent)
    return 0


def redact(args: argparse.Namespace) -> int:
    """Take a secret out of what was noted, and say how often it stood there, and where else it does."""
    text = None if args.text is None else given_text(args.text)
    with changing(args) as at:
        from callintake.services import redaction

        if args.description:
            done = redaction.redact_description(at.session, args.number, text, args.why, at.agent)
        else:
            done = redaction.redact_note(at.session, args.number, args.note, text, args.why, at.agent)
    elsewhere = f"; the same stands in {', '.join(done.elsewhere)}" if done.elsewhere else ""
    say(f"redacted in {done.runs} {'place' if done.runs == 1 else 'places'}{elsewhere}")
    return 0
