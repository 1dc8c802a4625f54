"""`tickets export`: the tickets of a view as a file, for a spreadsheet, another program, or people."""

import argparse

from callintake.cli.opening import config_of, opened
from callintake.cli.output import say
from callintake.cli.parser import Commands, Parser
from callintake.domain.errors import Refused
from callintake.domain.export_form import Form
from callintake.domain.text import clean_line
from callintake.domain.view import Filter, View


def add_export(group: Parser, verbs: Commands) -> None:
    """Add the command to its group."""
    export = group.command(verbs, "export", export_tickets, "write the tickets of a view to a file, with what marks it")
    export.add_argument("--format", required=True, choices=[str(form) for form in Form], help="what kind of file")
    export.add_argument("--view", choices=[str(view) for view in View], default="open", help="which of them (open)")
    export.add_argument("--bom", action="store_true", help="begin a CSV file as Excel wants UTF-8 begun")
    export.add_argument("--force", action="store_true", help="take the place of a file that is there")
    export.add_argument("file", metavar="FILE", help="the new file; nobody else may read it")


def export_tickets(args: argparse.Namespace) -> int:
    """Write the tickets of a view to a file, and put that on record.

    Raises:
        Refused: the file is there already, or can't be written; nothing is left of it.
    """
    from callintake.cli.new_file import new_file

    config = config_of(args)
    form = Form(args.format)
    if args.bom and form is not Form.CSV:
        raise Refused("--bom is for a CSV file alone: leave it out")
    with opened(config) as store:
        from callintake.services.agents import sign_in
        from callintake.services.exporting import Export

        with store.transaction() as session:
            agent = sign_in(session, config.agent)
        export = Export(store, Filter(View(args.view), agent), agent)
        with new_file(args.file, force=args.force) as made:
            for piece in export.lines(form, bom=args.bom):
                made.write(piece)
            digest = made.keep()
            # On record before anybody can open it.
            with store.transaction() as session:
                export.put_on_record(session, form, digest)
    say(f"{export.count} tickets, {export.facts.classification}: {clean_line(args.file)}")
    return 0
