"""The database that a command works on: opened, and let go of whatever happens."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callintake.config import Config, data_folder, load_config
from callintake.domain.errors import Refused
from callintake.domain.text import clean_line

if TYPE_CHECKING:
    from sqlmodel import Session

    from callintake.store.database import Store


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session, and who sits at the desk while it lasts."""

    session: "Session"
    agent: str
    region: str


@dataclass(frozen=True, slots=True)
class AtDesk:
    """An open database, and who sits at it: for what takes more than one transaction."""

    store: "Store"
    agent: str


def config_of(args: argparse.Namespace) -> Config:
    """Return the settings that a command runs with.

    Raises:
        Refused: they can't be read.
    """
    return load_config(args.db, args.agent, args.config)


@contextmanager
def opened(config: Config, *, create: bool = False, upgrade: bool = True) -> Iterator["Store"]:
    """The desk's database; it is made only where `create` says so.

    Raises:
        Refused: it can't be used; it is left as it was.
    """
    from pathlib import Path

    from callintake.store.database import open_store

    default = data_folder() / "desk.db"
    if not create and Path(config.db) == default and not default.exists():
        raise Refused("there is no desk yet: open one with `callintake`, or name its database with --db")
    store = open_store(config.db, create=create, upgrade=upgrade)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def reading(args: argparse.Namespace) -> Iterator[Sitting]:
    """A sitting that changes nothing.

    Raises:
        Refused: the database can't be used.
    """
    from callintake.services.desk_rules import region_in_force

    config = config_of(args)
    with opened(config) as store, store.reading() as session:
        yield Sitting(session, clean_line(config.agent)[:80], region_in_force(session, config.region))


@contextmanager
def changing(args: argparse.Namespace, *, create: bool = False) -> Iterator[Sitting]:
    """A sitting whose changes are kept together at its end, or not at all.

    Raises:
        Refused: the database can't be used, or says no.
    """
    from callintake.services.agents import sign_in
    from callintake.services.desk_rules import region_in_force

    config = config_of(args)
    with opened(config, create=create) as store, store.transaction() as session:
        yield Sitting(session, sign_in(session, config.agent), region_in_force(session, config.region))


@contextmanager
def at_desk(args: argparse.Namespace) -> Iterator[AtDesk]:
    """A desk for what takes several transactions, each of which is kept by itself.

    Raises:
        Refused: the database can't be used.
    """
    from callintake.services.agents import sign_in

    config = config_of(args)
    with opened(config) as store:
        with store.transaction() as session:
            agent = sign_in(session, config.agent)
        yield AtDesk(store, agent)
