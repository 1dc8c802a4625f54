"""`listen` and `3cx-template`: the listener without a screen, and what 3CX is given to find it."""

import argparse
import sys
from typing import TYPE_CHECKING

from callintake.cli.opening import config_of
from callintake.cli.output import say
from callintake.cli.parser import Commands, Parser, not_empty
from callintake.domain.errors import Refused

if TYPE_CHECKING:
    from callintake.config import Config
    from callintake.telephony.seen import Seen


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the listener."""
    listen = parser.command(commands, "listen", listen_alone, "listen for phones, without a screen")
    _add_address(listen, "where to listen")
    listen.add_argument("--show-token", action="store_true", help="print the token that phones need, and leave")
    template = parser.command(commands, "3cx-template", print_template, "print the CRM template for 3CX, filled in")
    _add_address(template, "where the PBX reaches the listener")
    template.add_argument("--url", metavar="URL", type=not_empty, help="the same as a whole address, as behind a proxy")


def _add_address(command: Parser, what: str) -> None:
    command.add_argument("--host", metavar="H", type=not_empty, help=f"{what}; this machine alone if left out")
    command.add_argument("--port", metavar="N", type=port, help="the port; 0 takes one that is free")


def port(given: str) -> int:
    """Return a port.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    digits = given.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 6 and int(digits) < 65536):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(digits)


def listen_alone(args: argparse.Namespace) -> int:
    """Listen until somebody ends it; or print the token."""
    from callintake.telephony.token import load_token

    token = load_token()
    if args.show_token:
        say(token)
        return 0
    import asyncio

    config = config_of(args)
    host, number = args.host or config.phones.host, config.phones.port if args.port is None else args.port
    return asyncio.run(_listen(config, host, number, token))


async def _listen(config: "Config", host: str, number: int, token: str) -> int:
    import asyncio
    import secrets
    import signal
    from contextlib import suppress

    from callintake.services.desk import Desk
    from callintake.telephony import doorbell
    from callintake.telephony.listener import Listener

    desk = Desk(config.db, config.agent, config.region)
    desk.open()
    key = secrets.token_urlsafe(24)
    try:
        await desk.ready()
        listener = Listener(desk, config.phones, token=token, key=key, seen=_tell)
        await listener.start(host, number)
        bell = doorbell.Doorbell(listener.port, key)
        # The key is for loopback: on another address nobody on this machine would find it.
        rings_here = host in ("127.0.0.1", "localhost", "0.0.0.0", "")  # noqa: S104
        known = doorbell.find(config.db)
        if rings_here and (known is None or not doorbell.is_answered(known)):
            doorbell.hang_out(config.db, bell)
        say(f"listening on {listener.url}")
        sys.stdout.flush()
        stopped = asyncio.Event()
        with suppress(NotImplementedError):
            for which in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(which, stopped.set)
        await stopped.wait()
        await listener.close()
        doorbell.take_in(config.db, bell)
    finally:
        desk.close()
    return 0


def _tell(seen: "Seen") -> None:
    say(seen.line)
    sys.stdout.flush()


def print_template(args: argparse.Namespace) -> int:
    """Print the template; the token in it lets whoever has it announce calls, so it is kept like one."""
    from callintake.telephony.template import template
    from callintake.telephony.token import load_token

    config = config_of(args)
    host, number = args.host or config.phones.host, config.phones.port if args.port is None else args.port
    url = (args.url or f"http://{f'[{host}]' if ':' in host else host}:{number}").rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise Refused("--url is a whole address: https://desk.example.com")
    contacts = config.phones.create_contacts
    print(template(url, load_token(), create_contacts=contacts, country=config.region), end="")
    return 0
