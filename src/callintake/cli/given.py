"""What is given in files and on standard input: read with care, refused in one line."""

import json
import sys
from typing import Any, NoReturn

from callintake.domain.errors import Refused

_LONGEST = 64 * 1024 * 1024
STDIN = "-"


def read_text(name: str) -> str:
    """Return the text of a file, or of standard input for `-`.

    Raises:
        Refused: it can't be read, is longer than 64 MB, or is not UTF-8.
    """
    called = "standard input" if name == STDIN else name
    try:
        if name == STDIN:
            data = sys.stdin.buffer.read(_LONGEST + 1) if sys.stdin is not None else b""
        else:
            with open(name, "rb") as file:
                data = file.read(_LONGEST + 1)
    except OSError as error:
        raise Refused(f"{called} can't be read: {error.strerror}") from None
    except ValueError:
        raise Refused(f"{called} can't be the name of a file") from None
    if len(data) > _LONGEST:
        raise Refused(f"{called} is longer than 64 MB: give it in parts")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{called} is not UTF-8 text (byte {error.start + 1}): save it as UTF-8") from None


def given_text(given: str) -> str:
    """Return a text given as an argument, or for `-` on standard input.

    Raises:
        Refused: it can't be read.
    """
    return read_text(STDIN) if given == STDIN else given


def read_objects(name: str) -> list[tuple[str, Any]]:
    """Return what a JSON file holds — one object, an array, or one a line — each with where it stands.

    Raises:
        Refused: it can't be read, or is not JSON.
    """
    called = "standard input" if name == STDIN else name
    text = read_text(name)
    # Only newlines end a line of JSON; a string may hold the other separators.
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise Refused(f"{called}: there is nothing in it")
    try:
        whole = _parsed(text)
    except Refused as error:
        if len(lines) < 2 or not _is_json(lines[0][1]):
            raise Refused(f"{called}: {error}") from None
    else:
        if whole == []:
            raise Refused(f"{called}: there is nothing in it")
        if isinstance(whole, list):
            return [(f"ticket {number}", one) for number, one in enumerate(whole, start=1)]
        return [("ticket 1", whole)]
    found = []
    for number, line in lines:
        try:
            found.append((f"line {number}", _parsed(line)))
        except Refused as error:
            raise Refused(f"{called}, line {number}: {error}") from None
    return found


def _is_json(text: str) -> bool:
    try:
        _parsed(text)
    except Refused:
        return False
    return True


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise Refused(f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise Refused("not a ticket: it is nested too deeply") from None
    except ValueError:
        raise Refused("not a ticket: there is a number in it with too many digits") from None


def _no_constant(word: str) -> NoReturn:
    raise Refused(f"{word} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(name for place, (name, _) in enumerate(pairs) if name in dict(pairs[:place]))
        raise Refused(f"“{twice[:40]}” is given twice in one object")
    return made
