"""What the doctor looks at of phones: whether they can be heard, and by whom."""

import ipaddress
import os
import stat
from collections.abc import Iterator

from callintake.cli.finding import Finding, Sign
from callintake.config import Config
from callintake.telephony import doorbell
from callintake.telephony.token import VARIABLE, token_file

_SHORTEST_TOKEN = 16


def phone_findings(config: Config) -> Iterator[Finding]:
    """Return how it stands with phones; nothing is changed, and nothing secret is said."""
    phones = config.phones
    bell = doorbell.find(config.db)
    is_open = bell is not None and doorbell.is_answered(bell)
    if not phones.listen:
        said = "`callintake ring` reaches the open desk; phones that post or open an address do not"
        yield Finding(
            Sign.OK, "phones", said, "write listen = true under [telephony] in the settings file if they are to"
        )
    elif is_open:
        yield Finding(Sign.OK, "phones", f"a desk is open; they are heard at {phones.host}, port {phones.port}")
    elif (why := _taken(phones.host, phones.port)) is not None:
        mend = "write another port under [telephony], or end the program that has it"
        yield Finding(Sign.BAD, "phones", f"nothing can be heard on {phones.host}, port {phones.port}: {why}", mend)
    else:
        yield Finding(Sign.OK, "phones", f"heard at {phones.host}, port {phones.port}, while the desk is open")
    if phones.listen and not _is_loopback(phones.host):
        mend = "let a proxy with TLS speak to 127.0.0.1 instead, or use a network that nobody else is in"
        yield Finding(Sign.WARN, "phones", f"what comes to {phones.host} crosses the network unencrypted", mend)
    yield from _token()


def _token() -> Iterator[Finding]:
    given = os.environ.get(VARIABLE, "").strip()
    path = token_file()
    if given:
        short = len(given) < _SHORTEST_TOKEN
        mend = f"a token of {_SHORTEST_TOKEN} characters or more is not guessed" if short else ""
        yield Finding(Sign.WARN if short else Sign.OK, "phone token", f"from {VARIABLE}", mend)
    elif not path.exists():
        yield Finding(Sign.OK, "phone token", "made when it is needed first", "callintake listen --show-token")
    elif os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(Sign.WARN, "phone token", f"others on this machine may read {path}", f"chmod 600 {path}")
    else:
        yield Finding(Sign.OK, "phone token", f"kept in {path}")


def _taken(host: str, port: int) -> str | None:
    """Why nothing can listen there, if so."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        return error.strerror or "it is no address of this machine"
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
