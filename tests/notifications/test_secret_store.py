"""Secrets: found where they may be, refused where others can read them, shown nowhere."""

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked
from keyrings.alt.file import PlaintextKeyring

from callintake.domain.errors import Refused
from callintake.notifications.secret_store import find_secret, secret, secrets_file

VALUE = "https://hooks.slack.com/services/T000/B000/tokentoken"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home of the test's own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def write(text: str = f'FIELD_SLACK = "{VALUE}"\n', mode: int = 0o600) -> Path:
    """Write the file with secrets."""
    path = secrets_file()
    path.parent.mkdir(parents=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_secret_is_nowhere_until_somebody_puts_it_somewhere() -> None:
    assert secret("FIELD_SLACK") is None


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write()
    assert find_secret("FIELD_SLACK") == (VALUE, str(path))
    monkeypatch.setenv("CALLINTAKE_SECRET_FIELD_SLACK", "another")
    assert find_secret("FIELD_SLACK") == ("another", "the environment")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o602])
def test_a_file_that_others_can_read_is_refused(mode: int) -> None:
    write(mode=mode)
    with pytest.raises(Refused, match="chmod 600"):
        secret("FIELD_SLACK")


def test_a_file_that_is_none_is_refused_without_what_is_in_it() -> None:
    write(f"FIELD_SLACK = {VALUE}\n")
    with pytest.raises(Refused, match="is not TOML") as refusal:
        secret("FIELD_SLACK")
    assert "token" not in str(refusal.value)


def test_a_secret_is_not_in_what_is_shown_of_it() -> None:
    write()
    found = find_secret("FIELD_SLACK")
    assert "token" not in repr(found)
    assert "token" not in f"{found!r} {[found]}"


def test_what_is_no_name_of_a_secret_is_refused_unrepeated() -> None:
    with pytest.raises(Refused) as refusal:
        secret(VALUE)
    assert "token" not in str(refusal.value)


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[PlaintextKeyring]:
    """The keyring of a system that keeps it in a file."""
    before, backend = keyring.get_keyring(), PlaintextKeyring()
    backend.file_path = str(tmp_path / "keyring.cfg")
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


class LockedKeyring(KeyringBackend):
    """A keyring that nobody has unlocked."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"{service}/{username} is locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked


def test_a_secret_is_in_the_keyring_under_the_name_of_the_program(ring: PlaintextKeyring) -> None:
    keyring.set_password("callintake", "FIELD_SLACK", f"{VALUE}\n")
    keyring.set_password("another", "FIELD_TEAMS", "theirs")
    assert find_secret("FIELD_SLACK") == (VALUE, "the keyring")
    assert secret("FIELD_TEAMS") is None


def test_the_environment_wins_over_the_keyring_and_that_over_the_file(
    ring: PlaintextKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write()
    assert find_secret("FIELD_SLACK") == (VALUE, str(path))
    keyring.set_password("callintake", "FIELD_SLACK", "of the keyring")
    assert find_secret("FIELD_SLACK") == ("of the keyring", "the keyring")
    monkeypatch.setenv("CALLINTAKE_SECRET_FIELD_SLACK", "another")
    assert find_secret("FIELD_SLACK") == ("another", "the environment")


@pytest.mark.parametrize("backend", [NoKeyring, LockedKeyring])
def test_a_keyring_that_is_none_or_locked_leaves_the_file(
    backend: type[KeyringBackend], ring: PlaintextKeyring
) -> None:
    path = write()
    keyring.set_keyring(backend())
    assert find_secret("FIELD_SLACK") == (VALUE, str(path))


def test_without_the_extra_there_is_no_keyring(ring: PlaintextKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.set_password("callintake", "FIELD_SLACK", VALUE)
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert find_secret("FIELD_SLACK") is None
