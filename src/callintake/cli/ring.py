"""`ring`: hands a call event to the open desk. A phone waits for it, so nothing heavy is imported while one listens."""

import argparse

from callintake.cli.opening import config_of
from callintake.cli.parser import Commands, Parser, not_empty
from callintake.config import Config
from callintake.domain.call import Channel
from callintake.telephony.doorbell import find
from callintake.telephony.ringing import hand_over

EVENTS = ("newCall", "answer", "hangup", "hold", "resume", "transfer")


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
    given = {name: value for name, value in fields.items() if value}
    if bell is None or not hand_over(bell.port, bell.key, given):
        _keep(config, given)
    return 0


def _keep(config: Config, fields: dict[str, str]) -> None:
    """Write the event into the database, where the next desk to open finds it."""
    from datetime import UTC, datetime

    from callintake.cli.opening import opened
    from callintake.services.desk_rules import region_in_force
    from callintake.services.phone_calls import hear
    from callintake.telephony.dialects import event_of

    event = event_of(fields, datetime.now(UTC), "command")
    with opened(config, create=True) as store, store.transaction() as session:
        hear(session, event, region_in_force(session, config.region))
