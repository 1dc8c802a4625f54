"""A table given as a file or on standard input, of any size: opened to be read twice, decoded, cut into lines."""

import codecs
import io
import shutil
import sys
import tempfile
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from callintake.cli.given import STDIN
from callintake.domain.errors import Refused
from callintake.domain.text import clean_line

IN_MEMORY = 4_000_000
"""Bytes that are held in memory; more goes to a file meanwhile."""
_LONGEST_LINE = 1_000_000
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class GivenTable:
    """What was given, open, and how its text is written."""

    called: str
    data: IO[bytes]
    encoding: str

    def lines(self) -> Iterator[str]:
        """Go through the lines from the first on; each ends as it does in the file.

        Raises:
            Refused: it is not text in this encoding, or a line is too long to be one.
        """
        self.data.seek(0)
        text = io.TextIOWrapper(self.data, self.encoding, newline="")
        number = 0
        try:
            while line := text.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE:
                    raise Refused(f"{self.called}: line {number} is longer than any that a table has")
                yield line
        except UnicodeError:
            text.detach()
            raise Refused(self._where_not_text()) from None
        finally:
            # It may be read once more, and would be closed with its text.
            with suppress(ValueError):
                text.detach()

    def _where_not_text(self) -> str:
        """Say on which line it is not text; what decodes it in blocks knows only the block."""
        self.data.seek(0)
        line = 0
        with suppress(UnicodeError):
            for line, read in enumerate(self.data, start=1):  # noqa: B007 - the last one is what is asked for
                read.decode(self.encoding)
        name = self.encoding.removesuffix("-sig").upper()
        return (
            f"{self.called} is not {name} text (line {line}): save it as UTF-8, or say how it is written with"
            " --encoding; windows-1252 is what Excel often writes"
        )


@contextmanager
def given_table(name: str, encoding: str | None) -> Iterator[GivenTable]:
    """A file, or standard input for `-`; without an encoding its first bytes tell, and else it is UTF-8.

    Raises:
        Refused: it can't be read.
    """
    called = "standard input" if name == STDIN else name
    with ExitStack() as stack:
        try:
            data = _opened(name, stack)
            begins = data.read(3)
        except OSError as error:
            raise Refused(f"{called} can't be read: {error.strerror}") from None
        except ValueError:
            raise Refused(f"{called} can't be the name of a file") from None
        marked = next((written for mark, written in _MARKS.items() if begins.startswith(mark)), "utf-8")
        yield GivenTable(called, data, encoding or marked)


def _opened(name: str, stack: ExitStack) -> IO[bytes]:
    """Open what was given; of what passes by once, a copy."""
    if name != STDIN:
        file = stack.enter_context(open(name, "rb"))  # noqa: SIM115 - the stack closes it
        if file.seekable():
            return file
        passing: IO[bytes] | None = file
    else:
        passing = None if sys.stdin is None else sys.stdin.buffer
    copy = tempfile.SpooledTemporaryFile(IN_MEMORY, prefix="callintake-")  # noqa: SIM115 - the stack closes it
    stack.enter_context(copy)
    if passing is not None:
        shutil.copyfileobj(passing, copy)
    copy.seek(0)
    return copy


def text_encoding(given: str) -> str:
    """Return the name of an encoding of text.

    Raises:
        ArgumentTypeError: there is none of that name.
    """
    try:
        # It tells encodings of text from the others that have a name.
        return io.TextIOWrapper(io.BytesIO(), given.strip()).encoding
    except (LookupError, ValueError):
        raise ArgumentTypeError(f"no encoding “{clean_line(given)[:40]}”: utf-8, utf-16, windows-1252, …") from None
