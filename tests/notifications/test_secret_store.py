"""Secrets: found where they may be, refused where others can read them, shown nowhere."""

from pathlib import Path

import pytest

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
