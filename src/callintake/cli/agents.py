"""`agents`: who works at this desk."""

import argparse

from callintake.cli.opening import changing, reading
from callintake.cli.output import say_json, say_table
from callintake.cli.parser import Commands, Parser, add_json


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the agents."""
    group, verbs = parser.group(commands, "agents", "who works at this desk")
    add_json(group.command(verbs, "list", list_agents, "list agents and their roles"))
    role = group.command(verbs, "role", set_role, "make somebody agent, lead or auditor; a lead may")
    role.add_argument("name", metavar="NAME")
    role.add_argument("role", metavar="ROLE", help="agent, lead or auditor")


def list_agents(args: argparse.Namespace) -> int:
    """Print names and roles."""
    with reading(args) as at:
        from callintake.services import agents

        known = agents.list_agents(at.session)
    if args.json:
        say_json([{"name": name, "role": role} for name, role in known])
    else:
        say_table(("Name", "Role"), known)
    return 0


def set_role(args: argparse.Namespace) -> int:
    """Change what somebody is at the desk."""
    with changing(args) as at:
        from callintake.services import agents

        agents.set_role(at.session, args.name, args.role, by=at.agent)
    return 0
