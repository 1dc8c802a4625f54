"""The settings of one desk's phones: the table `[telephony]` of personal settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callintake.domain.call import Channel

LOOPBACK = "127.0.0.1"
PORT = 4748
_TYPES: Mapping[str, type] = {
    "listen": bool,
    "host": str,
    "port": int,
    "channel": str,
    "extension": str,
    "create_contacts": bool,
}
_CHANNELS = ", ".join(str(channel) for channel in Channel)
_SAID = {bool: "true or false", str: "text", int: "a number"}


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """How events of phones reach this desk."""

    listen: bool = False
    """Whether an open desk listens on `port`, for programs that can't run `callintake ring`."""
    host: str = LOOPBACK
    port: int = PORT
    channel: Channel = Channel.VOIP
    """The channel of calls whose phone does not say."""
    extension: str = ""
    """The agent's own extension: calls that ring elsewhere alone are not shown."""
    create_contacts: bool = False
    """Whether 3CX may put new contacts on file."""


def phone_settings(given: Mapping[str, Any]) -> PhoneSettings:
    """Return the settings in a table that `phone_problem` finds no fault with."""
    values = dict(given)
    if "channel" in values:
        values["channel"] = Channel(values["channel"])
    return PhoneSettings(**values)


def phone_problem(given: object) -> tuple[str, str] | None:
    """Return what is wrong with a table, as the setting and what is to be said of it; never with its value."""
    if not isinstance(given, dict):
        return "", "telephony is a table: [telephony]"
    for name, value in given.items():
        kind = _TYPES.get(name)
        if kind is None:
            return name, f"there is no such setting in [telephony]; there are: {', '.join(_TYPES)}"
        if type(value) is not kind or value == "":
            return name, f"{name} is {_SAID[kind]}"
    if not 0 <= given.get("port", PORT) < 65536:
        return "port", "port is a number from 0 to 65535"
    if given.get("channel", Channel.VOIP) not in list(Channel):
        return "channel", f"channel is one of: {_CHANNELS}"
    return None
