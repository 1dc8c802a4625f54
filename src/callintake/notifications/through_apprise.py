"""A message through Apprise, for the messengers that callintake doesn't speak to itself (an extra).

Apprise knows a service by an address of its own, such as `ntfys://host/topic`, and makes the connection: what it sends,
whom it asks for an address and what it takes for an answer is its own. Held here is where it may go, and that no
redirect is followed.
"""

import asyncio
import importlib.util
import logging
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from callintake.domain.delivery import Outcome, failed, refused, sent
from callintake.domain.errors import Refused
from callintake.domain.notify_rules import NotifyRules
from callintake.domain.secrets import Concealed
from callintake.notifications.post import looked_at

INSTALL = "apprise is not installed here: pip install 'callintake[apprise]'"
_ANSWER = re.compile(r"error=([1-5][0-9]{2})\b")
_CONNECT_SECONDS = 10.0
T = TypeVar("T")
_OTHERWISE = ("mailto", "mailtos")
"""E-mail goes by the mail server of the desk file."""


def is_installed() -> bool:
    """Whether the extra is there; it is not loaded for that."""
    return importlib.util.find_spec("apprise") is not None


async def through_apprise(address: Concealed, title: str, body: str, rules: NotifyRules, seconds: float) -> Outcome:
    """Hand one message to Apprise; whatever goes wrong is an outcome, with the reason and never the address."""
    if not is_installed():
        return failed(INSTALL)
    try:
        async with asyncio.timeout(seconds):
            service = await _apart(_service, address, rules, seconds)
            await _require_public(service, rules)
            return await _apart(_notify, service, title, body, seconds)
    except Refused as refusal:
        return refused(str(refusal))
    except TimeoutError:
        return failed(f"apprise was not done within {seconds:g} s")
    except socket.gaierror:
        return failed("no address is known for the host that apprise is to reach")


async def _apart(function: Callable[..., T], *args: Any) -> T:
    """Run a function on a thread that nobody waits for at the end: what hangs in Apprise can't be cut short."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(say: Callable[[Any], None], what: object) -> None:
        # The loop may be closed by now.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(lambda: None if done.done() else say(what))

    def run() -> None:
        try:
            result = function(*args)
        except Exception as error:
            tell(done.set_exception, error)
        else:
            tell(done.set_result, result)

    threading.Thread(target=run, name="apprise", daemon=True).start()
    return await done


def _service(address: Concealed, rules: NotifyRules, seconds: float) -> Any:
    """Return the service of an address, which may go where it goes.

    Raises:
        Refused: it is no address that Apprise knows, or leads where the desk file does not allow.
    """
    _keep_quiet()
    import apprise

    asset = apprise.AppriseAsset(
        app_id="callintake",
        app_desc="callintake",
        http_redirects=False,
        interpret_escapes=False,
        secure_logging=True,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
    service = apprise.Apprise.instantiate(str(address), asset=asset, suppress_exceptions=True)
    if service is None:
        raise Refused("the secret is no address that apprise knows")
    # An address may ask for less: that its certificate is not checked, that redirects are followed, that a failure
    # counts for nothing, that it is tried again behind our back.
    service.redirects, service.verify_certificate = False, True
    service.optional, service.retry, service.wait = False, 0, 0.0
    service.socket_connect_timeout, service.socket_read_timeout = _CONNECT_SECONDS, seconds
    schema = address.partition("://")[0].casefold()
    if schema in _OTHERWISE:
        raise Refused("e-mail goes by [smtp] of the desk file, not by apprise")
    host = host_of(service)
    if host is None:
        if schema not in rules.apprise_services:
            raise Refused(f"{schema} is not among apprise_services in the desk file")
    elif not rules.may_reach(host):
        raise Refused(f"{host} is not among allowed_hosts in the desk file")
    elif not service.secure and host not in rules.private_hosts:
        raise Refused(f"apprise is to reach {host} in the clear; that goes to private_hosts alone")
    return service


def _keep_quiet() -> None:
    """They log addresses; what they say reaches nobody but who looks for it in a result."""
    logging.getLogger("apprise").propagate = False
    logging.getLogger("urllib3.connectionpool").disabled = True


def host_of(service: Any) -> str | None:
    """Return the host in the address of a service; None where Apprise itself knows where it is."""
    names_host = any("{host}" in template for template in service.templates)
    return str(service.host).casefold().rstrip(".") if names_host and service.host else None


async def _require_public(service: Any, rules: NotifyRules) -> None:
    host = host_of(service)
    if host is not None and host not in rules.private_hosts:
        port = service.port if isinstance(service.port, int) else 443
        if await looked_at(host, port, is_private=False) is None:
            raise Refused(f"{host} is at a private address, and not among private_hosts in the desk file")


def _notify(service: Any, title: str, body: str, seconds: float) -> Outcome:
    import apprise

    name = str(service.service_name)
    # One service alone, and none of what its address may say of tags and others.
    sender = apprise.Apprise(asset=service.asset)
    sender.add(service)
    result = sender.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT, timeout=seconds)
    if result:
        return sent(f"apprise says that {name} took it")
    answers = [found[1] for entry in result.logs() if (found := _ANSWER.search(entry.message))]
    return failed(f"apprise says that {name} did not take it{f' ({answers[-1]})' if answers else ''}")
