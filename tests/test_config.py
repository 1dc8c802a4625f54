"""Personal settings: what wins, and what is refused without repeating it."""

import json
from pathlib import Path

import pytest

from callintake.config import load_config
from callintake.domain.errors import Refused
from tests.conftest import corpus
from tests.terminal.desk import DeskTerminal


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CALLINTAKE_DB", "CALLINTAKE_AGENT", "CALLINTAKE_CONFIG", "LC_ALL", "LC_TELEPHONE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def settings(tmp_path: Path, text: str) -> str:
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_options_win_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = settings(tmp_path, 'db = "/file.db"\nagent = "file"\nregion = "no"\ntheme = "textual-light"\n')
    config = load_config(file=file)
    assert (config.db, config.agent, config.region, config.theme) == ("/file.db", "file", "NO", "textual-light")
    monkeypatch.setenv("CALLINTAKE_DB", "/environment.db")
    monkeypatch.setenv("CALLINTAKE_AGENT", "environment")
    assert (load_config(file=file).db, load_config(file=file).agent) == ("/environment.db", "environment")
    assert load_config("/option.db", "option", file).db == "/option.db"


@pytest.mark.parametrize(
    ("language", "region"),
    [("nb_NO.UTF-8", "NO"), ("C.UTF-8", "GB"), ("", "GB"), ("en", "GB"), ("de_AT@euro", "GB"), ("en_US", "US")],
)
def test_the_region_is_that_of_the_locale(monkeypatch: pytest.MonkeyPatch, language: str, region: str) -> None:
    monkeypatch.setenv("LANG", language)
    assert load_config().region == region


@pytest.mark.parametrize("value", corpus("config"))
@pytest.mark.parametrize("name", ["region", "db"])
def test_a_setting_that_can_not_be_right_is_refused_by_its_line_and_not_repeated(
    tmp_path: Path, name: str, value: str
) -> None:
    file = settings(tmp_path, f"# mine\n{name} = {json.dumps(value)}\n")
    if name == "db" and "://" in value:
        assert load_config(file=file).db == value
        return
    with pytest.raises(Refused, match=r"line 2: ") as refused:
        load_config(file=file)
    assert value not in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("text", ["colour = 'red'", "region = 7", "[db]\nurl = 'x'", "agent = ''"])
def test_what_is_no_setting_or_no_text_is_refused_by_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refused, match=r"line 1: "):
        load_config(file=settings(tmp_path, text))


def test_what_is_no_toml_is_refused_by_its_line_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="line 2") as refused:
        load_config(file=settings(tmp_path, "agent = 'kim'\npassword hunter2\n"))
    assert "hunter2" not in str(refused.value)


@pytest.mark.terminal
def test_a_theme_there_is_not_is_said_in_one_line(desk_file: Path, tmp_path: Path) -> None:
    file = settings(tmp_path, 'theme = "no such theme"')
    with DeskTerminal(desk_file, "--config", file, home=tmp_path) as terminal:
        assert terminal.wait_exit(10) == 1
        assert terminal.text.startswith("callintake: theme: there is none of that name")


def test_the_settings_of_phones_are_a_table(tmp_path: Path) -> None:
    text = (
        'region = "NO"\n[telephony]\nlisten = true\nport = 5000\nchannel = "3cx"\nextension = "201"\n'
        "create_contacts = true\n"
    )
    phones = load_config(file=settings(tmp_path, text)).phones
    assert (phones.listen, phones.host, phones.port, phones.channel) == (True, "127.0.0.1", 5000, "3cx")
    assert (phones.extension, phones.create_contacts) == ("201", True)
    assert not load_config().phones.listen


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('listen = "yes"', "listen is true or false"),
        ("port = 70000", "port is a number from 0 to 65535"),
        ("port = true", "port is a number"),
        ('channel = "fax"', "channel is one of: desk, voip, 3cx, cell"),
        ('host = ""', "host is text"),
        ('secret = "hunter2"', "there is no such setting in"),
    ],
)
def test_a_setting_of_phones_that_can_not_be_right_is_refused_by_its_line(tmp_path: Path, line: str, said: str) -> None:
    file = settings(tmp_path, f"[telephony]\n# mine\n{line}\n")
    with pytest.raises(Refused, match=f"line 3: {said}") as refused:
        load_config(file=file)
    assert "hunter2" not in str(refused.value)
