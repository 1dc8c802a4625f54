"""A desk finds what it keeps of its own again, and nothing of another's."""

from pathlib import Path

import pytest

from callintake.services.desk_place import desk_name, spool_folder


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql://kim:old@db.example.org/desk", "postgresql+psycopg://jo:new@db.example.org/desk"),
        ("postgresql://db.example.org/desk", "postgresql://db.example.org/desk?connect_timeout=3"),
        ("postgresql://db.example.org/desk", "postgresql://db.example.org:5432/desk?sslmode=require"),
        ("postgresql://db.example.org/desk?a=1&b=2", "postgresql://kim@db.example.org/desk?b=2&a=1"),
        ("postgresql://kim:o/ld@db.example.org/desk", "postgresql://kim:n/ew@db.example.org/desk"),
        ("/var/desk/desk.db", "/home/kim/desk/desk.db"),
        ("sqlite:////var/desk/desk.db", "/var/desk/desk.db"),
    ],
)
def test_the_same_desk_by_another_address_keeps_its_name(one: str, other: str) -> None:
    assert desk_name(one) == desk_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql://db.example.org/desk", "postgresql://db.example.org/trial"),
        ("postgresql://db.example.org/desk", "postgresql://db.example.net/desk"),
        ("postgresql://db.example.org:5432/desk", "postgresql://db.example.org:5433/desk"),
        ("postgresql:///desk?host=/run/one", "postgresql:///desk?host=/run/two"),
        ("postgresql:///?service=prod", "postgresql:///?service=test"),
        (
            "postgresql://db.example.org/d?options=-csearch_path%3Da",
            "postgresql://db.example.org/d?options=-csearch_path%3Db",
        ),
        ("/var/desk/desk.db", "/var/desk/trial.db"),
        ("postgresql://[::1/desk", "postgresql://[::2/desk"),
    ],
)
def test_two_desks_that_may_share_a_folder_have_two_names(one: str, other: str) -> None:
    assert desk_name(one) != desk_name(other)


def test_a_shared_desk_keeps_what_it_has_not_saved_with_its_user() -> None:
    assert spool_folder("postgresql://db.example.org/desk") == spool_folder("postgresql://db.example.net/trial")
    assert spool_folder("/var/desk/desk.db") == Path("/var/desk/unsaved")
