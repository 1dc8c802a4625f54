"""A desk whose departments hear of requests, and a courier on it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

from callintake.notifications.courier import LEASE, Courier, Tally
from callintake.services import desk_rules
from callintake.store.database import Store
from callintake.store.tables import OutboxRow
from tests.conftest import LEAD

DEPARTMENT = "Field services"
_CATEGORIES = "".join(
    f'[[categories]]\nname = "{name}"\ndepartment = "{department}"\n'
    for name, department in (("printing", DEPARTMENT), ("network", "Network"), ("other", "Network"))
)


def desk_text(
    port: int | None = None,
    *,
    emails: tuple[str, ...] = ("field@example.com",),
    webhooks: tuple[tuple[str, str], ...] = (),
    smtp: str = 'security = "none"',
    notify: str = "",
    network: tuple[str, ...] = ("network@example.com",),
) -> str:
    """A desk file with a mail server on loopback, and departments that hear by it."""
    server = "" if port is None else f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nfrom = "desk@example.com"\n{smtp}\n'
    if port is None:
        emails = network = ()
    hooks = "".join(
        f'[[departments.webhooks]]\nkind = "{kind}"\naddress_from = "{secret}"\n' for kind, secret in webhooks
    )
    return (
        f'security_address = "security@example.com"\n{server}[notify]\nprivate_hosts = ["127.0.0.1"]\n{notify}\n'
        f'[[departments]]\nname = "{DEPARTMENT}"\nemails = {list(emails)}\n{hooks}'
        f'[[departments]]\nname = "Network"\nemails = {list(network)}\n{_CATEGORIES}'
    )


def apply(store: Store, text: str) -> None:
    """Let a desk file be in force."""
    with store.transaction() as session:
        desk_rules.apply_desk_file(session, text, LEAD)


def changes(store: Store) -> Callable[..., Any]:
    """What carries out a courier's verbs on a desk."""

    async def change(verb: Callable[..., Any], /, *args: Any) -> Any:
        def job() -> Any:
            with store.transaction() as session:
                return verb(session, *args)

        return await asyncio.to_thread(job)

    return change


def drain(
    store: Store, *, lease: timedelta = LEASE, seconds: float = 10.0, change: Callable[..., Any] | None = None
) -> Tally:
    """Send all that is due, by transactions of one's own where `change` makes them."""
    with store.reading() as session:
        rules = desk_rules.rules_in_force(session).notify
    return asyncio.run(Courier(change or changes(store), lease=lease, seconds=seconds).drain(rules))


def rows(store: Store) -> list[OutboxRow]:
    """The outbox, in order."""
    with store.reading() as session:
        return list(session.exec(select(OutboxRow).order_by(OutboxRow.id)))  # type: ignore[arg-type]


def states(store: Store) -> list[tuple[str, str]]:
    """To whom each message goes, and how it stands."""
    return [(row.recipient, row.state) for row in rows(store)]


def due_now(session: Session) -> None:
    """Let all that waits be due, as it will be when its time has come."""
    for row in session.exec(select(OutboxRow).where(OutboxRow.due_at != None)):  # noqa: E711
        row.due_at, row.claimed_until = row.created_at, None
