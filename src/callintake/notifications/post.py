"""A message posted to a webhook: only to hosts that the desk allows, at the address that was looked at (RFC 9110)."""

import asyncio
import ipaddress
import logging
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from callintake.domain.delivery import Outcome, failed, refused, sent
from callintake.domain.notify_rules import NotifyRules
from callintake.domain.secrets import Concealed
from callintake.notifications.trust import trusted

SECONDS = 20.0
"""How long everything from the look-up of the host to the first line of its answer may take."""
_NEVER = (400, 401, 403, 404, 405, 410, 413, 415, 422)
"""Answers that another try would only get again."""
_AGENT = "callintake"


async def post(
    address: Concealed, body: bytes, idempotency_key: str, rules: NotifyRules, seconds: float = SECONDS
) -> Outcome:
    """Post one message; whatever goes wrong is an outcome, with the reason and never the address, which is a secret."""
    import httpx

    for name in ("httpx", "httpcore"):
        # They log addresses.
        logging.getLogger(name).disabled = True
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError, TypeError):
        return refused("the secret is no address of a webhook")
    host = url.host.casefold()
    is_private = host in rules.private_hosts
    if url.scheme != "https" and not (is_private and url.scheme == "http"):
        return refused(f"an address that begins with https:// is needed; that of {host or 'nothing'} does not")
    if not rules.may_reach(host):
        return refused(f"{host} is not among allowed_hosts in the desk file")
    headers = {
        "Host": url.netloc.decode("ascii"),
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": idempotency_key,
        "User-Agent": _AGENT,
        "Accept-Encoding": "identity",
    }
    try:
        async with asyncio.timeout(seconds):
            ip = await looked_at(host, url.port or (443 if url.scheme == "https" else 80), is_private=is_private)
            if ip is None:
                return refused(f"{host} is at a private address, and not among private_hosts in the desk file")
            async with (
                httpx.AsyncClient(verify=trusted(), trust_env=False, follow_redirects=False, timeout=seconds) as client,
                # Whatever the name means by now, this goes to the address that was looked at.
                client.stream(
                    "POST",
                    url.copy_with(host=ip, username=None, password=None),
                    content=body,
                    headers=headers,
                    extensions={"sni_hostname": host},
                ) as response,
            ):
                return _outcome(host, response.status_code, response.headers.get("Retry-After"))
    except TimeoutError:
        return failed(f"{host} did not answer within {seconds:g} s")
    except httpx.TimeoutException:
        return failed(f"{host} did not answer within {seconds:g} s")
    except socket.gaierror:
        return failed(f"no address is known for {host}")
    except (httpx.HTTPError, OSError, ssl.SSLError) as error:
        return failed(f"{host} can't be reached: {type(error).__name__}")


async def looked_at(host: str, port: int, *, is_private: bool) -> str | None:
    """Return the address of a host to connect to; None where any that its name stands for is not public.

    Raises:
        OSError: no address is known for it.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(place[0]).partition("%")[0] for *_, place in found]
    if not is_private and not all(_is_public(address) for address in addresses):
        return None
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        for inner in (ip.ipv4_mapped, ip.sixtofour):
            if inner is not None:
                return _is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _outcome(host: str, status: int, retry_after: str | None) -> Outcome:
    try:
        said = f"{host} says {status} {HTTPStatus(status).phrase}"
    except ValueError:
        said = f"{host} says {status}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return sent(said)
    return refused(said) if status in _NEVER else failed(said, _wait(retry_after))


def _wait(given: str | None) -> timedelta | None:
    """How long a server asks to be left alone: seconds or a time (RFC 9110, 10.2.3)."""
    if given is None:
        return None
    if given.isascii() and given.isdigit():
        return timedelta(seconds=min(int(given[:9]), 10**8))
    try:
        return max(parsedate_to_datetime(given).astimezone(UTC) - datetime.now(UTC), timedelta())
    except (ValueError, TypeError, OverflowError):
        return None
