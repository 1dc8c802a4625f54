"""`doctor`: whether all that a desk depends on is there, and how to mend what is not."""

import argparse

from callintake.cli.output import say, say_json
from callintake.cli.parser import Commands, Parser, add_json


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the doctor."""
    add_json(parser.command(commands, "doctor", examine, "check what a desk depends on; nothing is changed"))


def examine(args: argparse.Namespace) -> int:
    """Print every finding with its remedy; exit 1 when something is broken."""
    from callintake.cli.finding import Sign
    from callintake.cli.findings import examine_all

    findings = examine_all(args)
    broken = any(finding.sign is Sign.BAD for finding in findings)
    if args.json:
        rows = [
            {"sign": finding.sign.value, "what": finding.what, "said": finding.said, "mend": finding.mend}
            for finding in findings
        ]
        say_json({"broken": broken, "findings": rows})
        return int(broken)
    for finding in findings:
        say(f"{finding.sign:<5} {finding.what:<16} {finding.said}")
        if finding.mend:
            say(f"{'':<22} mend: {finding.mend}")
    return int(broken)
