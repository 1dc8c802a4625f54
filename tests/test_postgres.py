"""The throwaway PostgreSQL: found, started, copied from, and gone afterwards."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.postgres import PostgresCluster, find_postgres

psycopg = pytest.importorskip("psycopg")

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(find_postgres() is None, reason="PostgreSQL's server binaries are not here"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[PostgresCluster]:
    with PostgresCluster() as cluster:
        yield cluster


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


class TestCluster:
    def test_is_utf8_in_the_c_locale_and_its_user_may_do_anything(self, running: PostgresCluster) -> None:
        url = running.create_database()
        assert url.startswith(f"postgresql://callintake@127.0.0.1:{running.port}/")
        assert ask(url, "SELECT current_user") == "callintake"
        assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is True
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"
        assert ask(url, "SHOW fsync") == "off"

    def test_copies_a_template_and_leaves_it_as_it_was(self, running: PostgresCluster) -> None:
        template = running.create_database()
        ask(template, "CREATE TABLE caller AS SELECT 'Siân' AS name")
        first, second = running.create_database(template), running.create_database(template)
        ask(first, "DELETE FROM caller")
        assert [ask(url, "SELECT count(*) FROM caller") for url in (template, first, second)] == [1, 0, 1]
        assert ask(second, "SELECT name FROM caller") == "Siân"

    def test_drops_a_database_that_is_in_use(self, running: PostgresCluster) -> None:
        url = running.create_database()
        with psycopg.connect(url):
            running.drop_database(url)
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            ask(url, "SELECT 1")
        running.drop_database(url)

    def test_leaves_nothing_running_and_no_files(self) -> None:
        cluster = PostgresCluster()
        url = cluster.create_database()
        assert cluster.folder.is_dir()
        with psycopg.connect(url):
            cluster.stop()
        cluster.stop()
        assert not cluster.folder.exists()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", cluster.port), 5)

    def test_takes_another_port_if_its_own_is_taken(
        self, running: PostgresCluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ports = iter([running.port, postgres._free_port()])
        monkeypatch.setattr(postgres, "_free_port", lambda: next(ports))
        with PostgresCluster() as other:
            assert other.port != running.port
            assert ask(other.create_database(), "SELECT 1") == 1

    def test_says_what_the_server_said_if_it_does_not_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(postgres._SETTINGS, "no_such_setting", "1")
        with pytest.raises(RuntimeError, match="no_such_setting"):
            PostgresCluster()


def test_without_binaries_there_is_no_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "_candidates", lambda: [tmp_path])
    assert find_postgres() is None
    with pytest.raises(FileNotFoundError):
        PostgresCluster()
