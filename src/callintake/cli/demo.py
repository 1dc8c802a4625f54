"""`demo`: the desk on a throwaway database with believable, invented data."""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from callintake.cli.opening import config_of
from callintake.cli.output import say
from callintake.cli.parser import Commands, Parser, how_many_or_none
from callintake.config import Config
from callintake.domain.errors import Refused


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the demonstration."""
    demo = parser.command(commands, "demo", show, "open the desk on a throwaway database; the real one stays untouched")
    demo.add_argument("--tickets", type=how_many_or_none, default=60, metavar="N", help="how many tickets (60)")
    demo.add_argument("--calls", type=how_many_or_none, default=12, metavar="N", help="how many calls without one (12)")
    demo.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed gives the same people (1)")
    demo.add_argument("--no-open", action="store_true", help="with --db: only fill that new file")


def show(args: argparse.Namespace) -> int:
    """Fill a new database, and open the desk on it unless told not to.

    Raises:
        Refused: the file named exists, or is no file.
    """
    if args.db:
        config = config_of(args)
        _fill_new_file(config, args)
        if args.no_open:
            say(f"{args.tickets} tickets and {args.calls} calls without one are in {config.db}")
            return 0
        return _open(config)
    if args.no_open:
        raise Refused("--no-open needs --db PATH: a throwaway database would be gone at once")
    with tempfile.TemporaryDirectory(prefix="callintake-demo-", ignore_cleanup_errors=True) as folder:
        config = replace(config_of(args), db=str(Path(folder) / "demo.db"))
        _fill(config, args)
        return _open(config)


def _fill_new_file(config: Config, args: argparse.Namespace) -> None:
    from callintake.store.database import parse_place, remove_file

    url = parse_place(config.db)
    if url.get_backend_name() != "sqlite":
        raise Refused("demo fills a new file only, never a shared database")
    path = Path(url.database or "")
    if path.exists() or path.is_symlink():
        raise Refused(f"{path} exists: demo fills a new file only")
    try:
        _fill(config, args)
    except BaseException:
        # Half a demonstration would be refused the next time.
        remove_file(path)
        raise


def _fill(config: Config, args: argparse.Namespace) -> None:
    from callintake.cli.opening import opened
    from callintake.services.demo import fill

    with opened(config, create=True) as store:
        fill(store, config.agent, tickets=args.tickets, calls=args.calls, seed=args.seed)


def _open(config: Config) -> int:
    from callintake.running import open_desk

    return open_desk(config)
