"""`contacts set-pin`, `enroll-totp`, `unlock`, `forget-pin` and `forget-totp`: what a contact proves themselves by.

A secret is typed without echo, or comes on standard input; it is never an argument, which others on a machine can see.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from callintake.cli.opening import changing, reading
from callintake.cli.output import say
from callintake.cli.parser import Commands, Parser, Run
from callintake.domain.errors import Refused
from callintake.domain.secrets import Concealed
from callintake.domain.text import printable

if TYPE_CHECKING:
    from callintake.domain.contact import Contact

_TRIES = 3
_LINES_BESIDE = 3
"""Lines of the terminal that the QR code leaves for the key and the question."""
_GROUP = 4
_CLEAR = "\x1b[H\x1b[J"
"""Erases from the top; what is erased all at once (2J), some terminals keep above, for scrolling back."""
_OPEN_PAGE, _SHUT_PAGE = "\x1b[?1049h", f"{_CLEAR}\x1b[?1049l"
"""A page of its own, which the terminal forgets."""
_WHITE_ON_BLACK, _AS_BEFORE = "\x1b[97;40m", "\x1b[0m"


def add_commands(group: Parser, verbs: Commands) -> None:
    """Add what is done to the credentials of a contact to the group `contacts`."""

    def change(name: str, run: Run, what: str) -> Parser:
        added = group.command(verbs, name, run, what)
        added.add_argument("who", metavar="ID|EMAIL|NAME")
        return added

    pin = change("set-pin", set_pin, "give a contact a PIN or passphrase, typed twice or on standard input; a lead may")
    pin.add_argument("given", nargs="*", type=_not_an_argument, help=argparse.SUPPRESS)
    pin.add_argument("--pin", type=_not_an_argument, help=argparse.SUPPRESS)
    change("enroll-totp", enroll_totp, "give a contact's authenticator app a key, shown once; a lead may")
    change("send-code", send_code, "send a code to the address on file, for `tickets verify --method email-code`")
    for name, run, what in (
        ("unlock", unlock, "let a locked contact be verified again; a lead may"),
        ("forget-pin", forget_pin, "take a contact's PIN away; a lead may"),
        ("forget-totp", forget_totp, "take a contact's app away; a lead may"),
    ):
        change(name, run, what).add_argument("--why", metavar="TEXT", required=True)


def _not_an_argument(_given: str) -> str:
    """Refuse a secret without repeating it, as an argument that nobody knows would be."""
    raise argparse.ArgumentTypeError("a PIN is never an argument: it is asked for, or comes on standard input")


def set_pin(args: argparse.Namespace) -> int:
    """Set a PIN, asked for twice on a terminal."""
    contact = _contact(args)
    pin = _typed_twice(contact.name) if _is_terminal(sys.stdin) else _from_standard_input()
    with changing(args) as at:
        from callintake.services import credentials

        credentials.set_pin(at.session, contact.id, pin, at.agent)
    say(f"{contact.name}: PIN set")
    return 0


def enroll_totp(args: argparse.Namespace) -> int:
    """Show a new key once, and keep it when a code proves that it was taken; no transaction waits meanwhile."""
    contact = _contact(args)
    with reading(args) as at:
        from callintake.services import credentials

        uri = credentials.enroll_totp(at.session, contact.id, at.agent)
    with _page():
        _confirm(args, contact, uri)
    say(f"{contact.name}: app enrolled")
    return 0


def send_code(args: argparse.Namespace) -> int:
    """Send a code to the address on file; nobody here sees it."""
    from callintake.notifications.codes import mail_code

    contact, sent = _known(args), []
    with changing(args) as at:
        from callintake.services import credentials
        from callintake.services.desk_rules import rules_in_force

        rules = rules_in_force(at.session)
        address = credentials.send_code(
            at.session, contact.id, at.agent, rules.verification, lambda to, code: sent.append((to, Concealed(code)))
        )
    try:
        mail_code(rules, *sent[0])
    except Refused as refusal:
        with changing(args) as at:
            credentials.code_not_sent(at.session, contact.id, str(refusal), at.agent)
        raise
    say(f"{contact.name}: a code went to {address}")
    return 0


def unlock(args: argparse.Namespace) -> int:
    """Unlock a contact, with a reason."""
    with changing(args) as at:
        from callintake.services import directory, verification

        contact = directory.contact_by_name(at.session, args.who)
        verification.unlock_contact(at.session, contact.id, args.why, at.agent)
    say(f"{contact.name}: unlocked")
    return 0


def forget_pin(args: argparse.Namespace) -> int:
    """Take a PIN away, with a reason."""
    from callintake.services.credentials import PIN

    return _forget(args, PIN, "PIN removed")


def forget_totp(args: argparse.Namespace) -> int:
    """Take an app away, with a reason."""
    from callintake.services.credentials import TOTP

    return _forget(args, TOTP, "app removed")


def _forget(args: argparse.Namespace, kind: str, done: str) -> int:
    with changing(args) as at:
        from callintake.services import credentials, directory

        contact = directory.contact_by_name(at.session, args.who)
        credentials.remove_credential(at.session, contact.id, kind, at.agent, args.why)
    say(f"{contact.name}: {done}")
    return 0


def _known(args: argparse.Namespace) -> "Contact":
    with reading(args) as at:
        from callintake.services import directory

        return directory.contact_by_name(at.session, args.who)


def _contact(args: argparse.Namespace) -> "Contact":
    """The contact who is meant, before anything is asked for that would be refused afterwards."""
    with reading(args) as at:
        from callintake.services import credentials, directory

        return credentials.check_may_set(at.session, directory.contact_by_name(at.session, args.who).id, at.agent)


def _typed_twice(name: str) -> Concealed:
    import getpass
    import warnings

    try:
        with warnings.catch_warnings():
            # Where the echo can't be switched off, it would be typed in the open.
            warnings.simplefilter("error", getpass.GetPassWarning)
            first = Concealed(getpass.getpass(printable(f"PIN or passphrase of {name}: ")))
            again = Concealed(getpass.getpass("The same again: "))
    except EOFError:
        raise Refused("nothing was typed, and nothing is changed") from None
    except getpass.GetPassWarning:
        raise Refused("this terminal would show what is typed: give it on standard input") from None
    if first != again:
        raise Refused("the second was not as the first: nothing is changed")
    return first


def _from_standard_input() -> Concealed:
    from callintake.cli.given import STDIN, read_text

    text = read_text(STDIN).rstrip("\r\n")
    if "\n" in text:
        raise Refused("standard input: one line, with the PIN or passphrase")
    return Concealed(text)


@contextmanager
def _page() -> Iterator[None]:
    """Let the terminal forget what is shown meanwhile, however that ends."""
    if not _is_terminal(sys.stdout):
        yield
        return
    _write(_OPEN_PAGE)
    try:
        yield
    finally:
        _write(_SHUT_PAGE)


def _show_key(name: str, uri: Concealed) -> None:
    from callintake.services.credentials import key_of

    key = key_of(uri)
    code = _qr_code(uri)
    if code is None:
        say(f"{name}: type this key into the authenticator app (a larger terminal shows it as a QR code)")
    elif _is_terminal(sys.stdout):
        _write("".join(f"{_WHITE_ON_BLACK}{line}{_AS_BEFORE}\n" for line in code))
    else:
        say("\n".join(code))
    say(f"Key: {' '.join(key[start : start + _GROUP] for start in range(0, len(key), _GROUP))}")


def _qr_code(uri: Concealed) -> list[str] | None:
    """The lines of a QR code, or None where they do not fit or can't be printed."""
    import shutil

    import segno

    made = io.StringIO()
    segno.make(uri, error="l", micro=False).terminal(made, border=2, compact=True)
    lines = made.getvalue().splitlines()
    size = shutil.get_terminal_size()
    fits = len(lines) + _LINES_BESIDE <= size.lines and len(lines[0]) <= size.columns
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").casefold().replace("-", "")
    return lines if encoding == "utf8" and (fits or not _is_terminal(sys.stdout)) else None


def _confirm(args: argparse.Namespace, contact: "Contact", uri: Concealed) -> None:
    """Show a key, and ask for a code that proves that the app has it.

    Raises:
        Refused: none was right; nothing is kept.
    """
    wrong = ""
    for left in reversed(range(_TRIES)):
        if _is_terminal(sys.stdout):
            _write(_CLEAR)
        if _is_terminal(sys.stdout) or not wrong:
            _show_key(contact.name, uri)
        say(wrong)
        _write("Code that the app shows now: ")
        said = _line()
        if not said:
            break
        try:
            with changing(args) as at:
                from callintake.services import credentials

                credentials.confirm_totp(at.session, contact.id, uri, said, at.agent)
            return
        except Refused as error:
            if not left:
                raise
            wrong = str(error)
    raise Refused("no code was given: no app was enrolled")


def _line() -> Concealed:
    """A line of standard input; nothing at its end."""
    try:
        return Concealed(sys.stdin.readline().strip() if sys.stdin is not None else "")
    except UnicodeDecodeError:
        return Concealed()


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _is_terminal(stream: IO[str] | None) -> bool:
    return stream is not None and stream.isatty()
