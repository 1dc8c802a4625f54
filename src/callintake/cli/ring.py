"""`ring`: hands a call event to the open desk. A phone waits for it, so nothing heavy is imported while one listens."""

import argparse
import json
import socket

from callintake.cli.opening import config_of
from callintake.cli.parser import Commands, Parser, not_empty
from callintake.config import Config
from callintake.domain.call import Channel
from callintake.domain.errors import Refused
from callintake.domain.phone_settings import LOOPBACK
from callintake.telephony.doorbell import Doorbell, find

EVENTS = ("newCall", "answer", "hangup", "hold", "resume", "transfer")
_PATIENCE = 3.0
"""Seconds that an open desk may take; then the database is written to."""
_LONGEST_ANSWER = 64 * 1024


def add_commands(parser: Parser, commands: Commands) -> None:
    """Add the ring."""
    ring = parser.command(
        commands, "ring", ring_desk, "hand a call event to the open desk, or else keep it for the next"
    )
    ring.add_argument("--from", dest="caller", metavar="NUMBER", required=True, type=not_empty, help="who calls")
    ring.add_argument("--to", metavar="N", default="", help="the number that was dialled")
    ring.add_argument("--name", metavar="TEXT", default="", help="the name announced")
    ring.add_argument("--call-id", metavar="ID", default="", help="the phone's own id of the call")
    ring.add_argument("--event", choices=EVENTS, default=EVENTS[0])
    ring.add_argument("--cause", metavar="C", default="", help="why it was hung up, such as noAnswer")
    ring.add_argument("--direction", choices=("in", "out"), default="in")
    ring.add_argument("--channel", choices=[str(channel) for channel in Channel])


def ring_desk(args: argparse.Namespace) -> int:
    """Hand the event over; where no desk takes it, it goes into the database."""
    config = config_of(args)
    fields = {
        "event": args.event,
        "from": args.caller,
        "to": args.to,
        "direction": args.direction,
        "callId": args.call_id,
        "name": args.name,
        "cause": args.cause,
        "channel": args.channel or config.phones.channel.value,
    }
    bell = find(config.db)
    if bell is None or not _taken(bell, {name: value for name, value in fields.items() if value}):
        _keep(config, fields)
    return 0


def _taken(bell: Doorbell, fields: dict[str, str]) -> bool:
    """Whether the open desk has taken it; False if there is none any more, or it can't just now.

    Raises:
        Refused: it is no event; the desk says why.
    """
    body = json.dumps(fields).encode()
    head = (
        f"POST /api/v1/cti/{bell.key} HTTP/1.1\r\nHost: {LOOPBACK}:{bell.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        with socket.create_connection((LOOPBACK, bell.port), _PATIENCE) as connection:
            connection.sendall(head.encode("ascii") + body)
            answer = b""
            while len(answer) < _LONGEST_ANSWER and (more := connection.recv(4096)):
                answer += more
    except OSError:
        return False
    status, _, said = answer.partition(b"\r\n\r\n")
    words = status.split(None, 2)
    if len(words) > 1 and words[1] == b"422":
        raise Refused(_error(said))
    return len(words) > 1 and words[1] == b"200"


def _error(said: bytes) -> str:
    try:
        return str(json.loads(said)["error"])
    except (ValueError, KeyError, TypeError):
        return "the desk says that this is no event"


def _keep(config: Config, fields: dict[str, str]) -> None:
    """Write the event into the database, where the next desk to open finds it."""
    from datetime import UTC, datetime

    from callintake.cli.opening import opened
    from callintake.services.phone_calls import hear
    from callintake.telephony.dialects import event_of

    event = event_of({name: value for name, value in fields.items() if value}, datetime.now(UTC), "command")
    with opened(config, create=True) as store, store.transaction() as session:
        hear(session, event, config.region)
