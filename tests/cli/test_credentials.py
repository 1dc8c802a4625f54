"""A contact's PIN and app from the command line: typed blind, shown once, never an argument."""

import io
import re
import sys
from pathlib import Path

import pyotp
import pytest

from callintake.services import on_file
from tests.cli.conftest import Run
from tests.terminal.desk import DeskTerminal

ON_FILE = "amara.okafor@northgatedental.example.com"
PIN = "40719"
KEY = re.compile(r"Key: ((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})")


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> "Given":
    """Puts text on standard input."""

    def give(text: str | bytes) -> None:
        data = text.encode() if isinstance(text, str) else text
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return give


class Given:
    """What `given` is."""

    def __call__(self, text: str | bytes) -> None: ...


def proofs(cli: Run) -> tuple[bool, bool, bool]:
    """What `contacts show` says that there is to verify somebody by, and whether they are locked."""
    shown = cli("contacts", "show", ON_FILE, "--json").json
    return shown["has_pin"], shown["has_totp"], shown["locked"]


def set_pin(cli: Run, given: Given) -> None:
    given(f"{PIN}\n")
    assert cli("contacts", "set-pin", ON_FILE).status == 0


def lock(cli: Run, number: str) -> None:
    """Let three attempts for the contact fail."""
    for _ in range(3):
        failed = cli("tickets", "verify", number, "--method", "callback", "--contact", ON_FILE, "--outcome", "failed")
        assert failed.status == 0, failed.err


def test_a_contact_shows_what_there_is_to_verify_them_by(cli: Run) -> None:
    shown = cli("contacts", "show", ON_FILE, "--json").json
    assert shown["numbers"] == [{"phone": "+442079460112", "since": "2024-02-01"}]
    assert (shown["has_pin"], shown["has_totp"], shown["locked"]) == (False, False, False)
    assert (shown["approves"], shown["notes"]) == ([], "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", shown["email_since"])
    assert "PIN           –\nApp           –\n" in cli("contacts", "show", ON_FILE).out


def test_a_pin_comes_from_standard_input_and_is_shown_nowhere(cli: Run, given: Given, desk_file: Path) -> None:
    given(f"{PIN}\r\n")
    result = cli("contacts", "set-pin", ON_FILE)
    assert (result.status, result.out, result.err) == (0, "Amara Okafor: PIN set\n", "")
    assert proofs(cli) == (True, False, False)
    said = cli("contacts", "show", ON_FILE).out + cli("contacts", "show", ON_FILE, "--json").out
    assert "PIN           on file" in said
    assert PIN not in said
    assert "argon2" not in said
    assert PIN.encode() not in desk_file.read_bytes()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "4 to 200 characters"),
        ("\n", "4 to 200 characters"),
        ("1234\n", "too easy to guess"),
        ("40719\n40719\n", "one line"),
        (b"caf\xe9 40719\n", "not UTF-8"),
    ],
)
def test_what_is_no_pin_is_refused_in_one_line_that_does_not_repeat_it(
    cli: Run, given: Given, text: str | bytes, said: str
) -> None:
    given(text)
    result = cli("contacts", "set-pin", ON_FILE)
    assert result.status == 1
    assert said in result.complaint
    assert "40719" not in result.err
    assert proofs(cli) == (False, False, False)


@pytest.mark.parametrize("given_as", [[PIN], ["--pin", PIN], [f"--pin={PIN}"], [PIN, "7"]])
def test_a_pin_is_never_an_argument_and_one_that_is_given_is_not_repeated(cli: Run, given_as: list[str]) -> None:
    result = cli("contacts", "set-pin", ON_FILE, *given_as)
    assert result.status == 2
    assert PIN not in result.complaint
    assert PIN not in result.out
    assert proofs(cli) == (False, False, False)


def test_who_is_no_lead_is_told_before_anything_is_read(
    bare: Run, cli: Run, given: Given, desk_file: Path, raised: str
) -> None:
    as_jonas = ["--db", str(desk_file), "--agent", "jonas", "contacts"]
    for verb in ("set-pin", "enroll-totp"):
        given(f"{PIN}\n")
        assert "only a lead" in bare(*as_jonas, verb, ON_FILE).complaint
        assert sys.stdin.read() == f"{PIN}\n"
    set_pin(cli, given)
    lock(cli, raised)
    for verb in ("unlock", "forget-pin", "forget-totp"):
        assert "only a lead" in bare(*as_jonas, verb, ON_FILE, "--why", "asked").complaint
    assert proofs(cli) == (True, False, True)


def test_a_mistake_of_ours_shows_no_secret(cli: Run, given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(secret: str) -> str:
        raise ValueError(f"no hash of {secret!s} today")

    monkeypatch.setattr(on_file, "hashed", mistaken)
    given(f"{PIN}\n")
    result = cli("contacts", "set-pin", ON_FILE)
    assert result.status == 1
    assert "internal error: ValueError" in result.complaint
    assert PIN not in result.out + result.err


def test_what_is_forgotten_is_gone_and_a_reason_is_needed(cli: Run, given: Given) -> None:
    set_pin(cli, given)
    assert cli("contacts", "forget-pin", ON_FILE).status == 2
    assert "reason" in cli("contacts", "forget-pin", ON_FILE, "--why", " ").complaint
    assert cli("contacts", "forget-pin", ON_FILE, "--why", "overheard").out == "Amara Okafor: PIN removed\n"
    assert proofs(cli) == (False, False, False)
    assert "no PIN on file" in cli("contacts", "forget-pin", ON_FILE, "--why", "overheard").complaint
    assert "no app on file" in cli("contacts", "forget-totp", ON_FILE, "--why", "lost").complaint


def test_a_locked_contact_says_so_until_a_lead_unlocks_with_a_reason(cli: Run, raised: str) -> None:
    assert "not locked" in cli("contacts", "unlock", ON_FILE, "--why", "met her").complaint
    lock(cli, raised)
    assert proofs(cli) == (False, False, True)
    assert "LOCKED" in cli("contacts", "show", ON_FILE).out
    assert "reason" in cli("contacts", "unlock", ON_FILE, "--why", " ").complaint
    assert cli("contacts", "unlock", ON_FILE, "--why", "met her").out == "Amara Okafor: unlocked\n"
    assert proofs(cli) == (False, False, False)


def test_without_a_right_code_no_app_is_enrolled(cli: Run, given: Given) -> None:
    for text, said in (("", "no code was given"), ("000000\n１２３４５６\nhello\n", "not the app's code of now")):
        given(text)
        result = cli("contacts", "enroll-totp", ON_FILE)
        assert result.status == 1
        assert said in result.complaint
        assert len(KEY.findall(result.out)) == 1, "shown once"
        assert proofs(cli) == (False, False, False)


# In a terminal


@pytest.mark.terminal
def test_a_pin_is_typed_twice_and_never_echoed(cli: Run, desk_file: Path, tmp_path: Path) -> None:
    with DeskTerminal(desk_file, "contacts", "set-pin", ON_FILE, home=tmp_path) as terminal:
        terminal.wait_for("PIN or passphrase of Amara Okafor:")
        terminal.type(f"{PIN}\n")
        terminal.wait_for("The same again:")
        terminal.type(f"{PIN}\n")
        assert terminal.wait_exit() == 0
        assert "Amara Okafor: PIN set" in terminal.text
        assert PIN.encode() not in terminal.raw
    assert proofs(cli) == (True, False, False)


@pytest.mark.terminal
def test_two_that_differ_change_nothing(cli: Run, desk_file: Path, tmp_path: Path) -> None:
    with DeskTerminal(desk_file, "contacts", "set-pin", ON_FILE, home=tmp_path) as terminal:
        terminal.wait_for("PIN or passphrase")
        terminal.type(f"{PIN}\n")
        terminal.wait_for("The same again:")
        terminal.type("40791\n")
        assert terminal.wait_exit() == 1
        assert "not as the first" in terminal.text
        assert b"407" not in terminal.raw
    assert proofs(cli) == (False, False, False)


def left_by(terminal: DeskTerminal, key: str) -> int:
    """Press a key to leave, and return the status. In the moment between a question and the reading of its answer it is
    lost, whatever the program: somebody presses it again."""
    terminal.press(key)
    try:
        return terminal.wait_exit(5)
    except AssertionError:
        terminal.press(key)
        return terminal.wait_exit()


@pytest.mark.terminal
def test_leaving_in_the_middle_changes_nothing(cli: Run, desk_file: Path, tmp_path: Path) -> None:
    pin, code = ("set-pin", "PIN or passphrase"), ("enroll-totp", "Code that the app shows now:")
    for (verb, question), key, status in ((pin, "ctrl+d", 1), (pin, "ctrl+c", 130), (code, "ctrl+c", 130)):
        with DeskTerminal(desk_file, "contacts", verb, ON_FILE, home=tmp_path) as terminal:
            terminal.wait_for(question)
            assert left_by(terminal, key) == status, (verb, key, terminal.text)
            assert ("nothing was typed" in terminal.text) is (key == "ctrl+d")
            assert "Traceback" not in terminal.text
            assert not KEY.search(terminal.text)
    assert proofs(cli) == (False, False, False)


@pytest.mark.terminal
@pytest.mark.parametrize(("size", "drawn"), [((80, 24), True), ((80, 23), False), ((39, 40), False)])
def test_an_app_is_enrolled_by_the_code_of_a_key_that_is_gone_from_the_screen_afterwards(
    cli: Run, desk_file: Path, tmp_path: Path, size: tuple[int, int], drawn: bool
) -> None:
    with DeskTerminal(desk_file, "contacts", "enroll-totp", ON_FILE, home=tmp_path, size=size) as terminal:
        terminal.wait_for("Code that the app shows now:")
        shown = terminal.text
        assert ("▄▄▄▄▄" in shown) is drawn
        key = KEY.search(shown.replace("\n", "") if size[0] < 44 else shown)
        assert key
        app = pyotp.TOTP(key[1].replace(" ", ""))
        terminal.type("000000\n")
        terminal.wait_for("not the app's code of now")
        assert terminal.line(0) == shown.split("\n")[0], "nothing is scrolled out"
        assert terminal.text.count("Key:") == 1
        terminal.type(f"{app.now()}\n")
        assert terminal.wait_exit() == 0
        left = terminal.text
    assert "Amara Okafor: app enrolled" in left
    assert "Key:" not in left
    assert "█" not in left
    assert proofs(cli) == (False, True, False)
    said = cli("contacts", "show", ON_FILE, "--json").out + cli("contacts", "show", ON_FILE).out
    assert app.secret not in said
