"""All commands of `callintake`, put together."""

from callintake import __version__
from callintake.cli import (
    agents,
    callbacks,
    calls,
    contacts,
    database,
    demo,
    desk,
    desk_file,
    doctor,
    listen,
    notify,
    report,
    ring,
    ticket_changes,
    ticket_triage,
    ticket_verification,
    tickets,
)
from callintake.cli.parser import Parser, whole_parser


def build_parser() -> Parser:
    """Return the parser of the whole command line; it imports nothing that is heavy."""
    parser = whole_parser()
    parser.set_defaults(run=desk.open_on_queue)
    parser.add_argument("--version", action="version", version=f"callintake {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    desk.add_commands(parser, commands)
    demo.add_commands(parser, commands)
    verbs = tickets.add_commands(parser, commands)
    for module in (ticket_changes, ticket_triage, ticket_verification):
        module.add_commands(parser, verbs)
    for module in (ring, listen, calls, callbacks, contacts, agents, desk_file, notify, report, database, doctor):
        module.add_commands(parser, commands)
    return parser
