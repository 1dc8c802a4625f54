"""A real program in a real pseudo-terminal: keys go in as a terminal sends them, the screen is read back.

Only POSIX systems have pseudo-terminals; import this module where `ptyprocess` can be imported.
"""

import copy
import fcntl
import os
import re
import select
import signal
import struct
import termios
import threading
import time
import unicodedata
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pyte
from ptyprocess import PtyProcess  # type: ignore[import-untyped]
from wcwidth import wcswidth, wcwidth

Condition = str | re.Pattern[str] | Callable[[str], bool]

_ENVIRONMENT = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "TEXTUAL_ANIMATIONS": "none",
}
_AFTER_ESCAPE = 0.25
_BEFORE_KILL = 3.0

_ALTERNATE_SCREEN = 1049
_SYNCHRONIZED = 2026
_SYNCHRONIZED_QUERY = b"\x1b[?2026$p"
_SYNCHRONIZED_ANSWER = b"\x1b[?2026;2$y"

_CODES = {
    "enter": "\r",
    "tab": "\t",
    "escape": "\x1b",
    "backspace": "\x7f",
    "space": " ",
    "shift+tab": "\x1b[Z",
    "ctrl+space": "\x00",
}
_LETTERED = {
    **{"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"},
    **{"f1": "P", "f2": "Q", "f3": "R", "f4": "S"},
}
_NUMBERED = {
    **{"insert": 2, "delete": 3, "pageup": 5, "pagedown": 6},
    **{"f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20, "f10": 21, "f11": 23, "f12": 24},
}
_MODIFIERS = {"shift": 1, "alt": 2, "ctrl": 4}

_SEQUENCE = re.compile(
    rb"""
      (?P<known> \x1b\[ \?? [0-9;]* [@-~] | \x1b [0-OQ-WYZ\\`-~] )
    | (?P<partial> (?: \x1b (?: \[ [0-?]* [ -/]* | [ -/]* | [PX^_\]] [^\x07\x18\x1a\x1b]* \x1b? )
                     | \xc2 (?: \x9b [0-?]* [ -/]* )? ) \Z )
    | \xc2\x9b [0-?]* [ -/]* [@-~]?
    | \x1b\[ [0-?]* [ -/]* [@-~]?
    | \x1b [PX^_\]] [^\x07\x18\x1a\x1b]* (?: \x07 | \x18 | \x1a | \x1b\\ )?
    | \x1b [ -/]* [0-~]?
    """,
    re.VERBOSE,
)


def key_bytes(key: str) -> bytes:
    """Return what xterm sends for a key: a character, or a name such as `enter`, `f5`, `ctrl+s`, `shift+up`.

    Raises:
        ValueError: no such key.
    """
    if len(key) == 1:
        return key.encode()
    if key in _CODES:
        return _CODES[key].encode()
    *modifiers, name = key.split("+")
    if len(set(modifiers)) == len(modifiers) and set(modifiers) <= _MODIFIERS.keys():
        modifier = 1 + sum(_MODIFIERS[each] for each in modifiers)
        if name in _LETTERED:
            plain = f"\x1bO{_LETTERED[name]}" if name.startswith("f") else f"\x1b[{_LETTERED[name]}"
            return (f"\x1b[1;{modifier}{_LETTERED[name]}" if modifiers else plain).encode()
        if name in _NUMBERED:
            return f"\x1b[{_NUMBERED[name]}{f';{modifier}' if modifiers else ''}~".encode()
        if modifiers == ["ctrl"] and re.fullmatch("[a-z]", name):
            return bytes([ord(name) & 0x1F])
        if modifiers == ["alt"] and len(name) == 1:
            return b"\x1b" + name.encode()
    raise ValueError(f"no such key: {key!r}")


def _heed_ctrl_c() -> None:
    """Let ctrl+c be heard, as in any terminal: whoever runs the tests in the background has it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A program in a pseudo-terminal of its own, used as a person would: press keys, wait for the screen.

    The program gets exactly the environment `env`, with the terminal's own variables (TERM, COLORTERM, LANG,
    TEXTUAL_ANIMATIONS) set over it, so no setting of whoever runs the tests leaks in. The terminal answers
    one query, that for synchronized output: a program that then marks its frames, as Textual does, is never
    seen with half a frame drawn. `synchronized=False` leaves that one unanswered, as older terminals do.

    As a context manager it ends the program, and only that program, when the block ends.
    """

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        columns: int = 80,
        rows: int = 24,
        cwd: Path | str | None = None,
        *,
        synchronized: bool = True,
    ) -> None:
        self._changed = threading.Condition()
        self._raw = bytearray()
        self._screen = _Screen(columns, rows)
        self._stream = _Stream(self._screen, self._write if synchronized else None)
        self._status: int | None = None
        self._escape_pressed = 0.0
        self._hang_up_asked, self._ask_hang_up = os.pipe()
        self._hung_up = threading.Event()
        with warnings.catch_warnings():
            # From Python 3.12 on, forking beside threads warns; the child does nothing but start the program.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = PtyProcess.spawn(
                list(argv),
                cwd=None if cwd is None else str(cwd),
                env={**env, **_ENVIRONMENT},
                dimensions=(rows, columns),
                preexec_fn=_heed_ctrl_c,
            )
        self._process.delayafterclose = 0
        self._reader = threading.Thread(target=self._read, name="terminal-reader", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The program's process id."""
        pid: int = self._process.pid
        return pid

    @property
    def raw(self) -> bytes:
        """Every byte the program has written so far, control sequences and all."""
        with self._changed:
            return bytes(self._raw)

    @property
    def text(self) -> str:
        """The whole screen, one line for each row, without blanks at the ends of lines."""
        with self._changed:
            return self._screen.text

    def line(self, number: int) -> str:
        """Return one row of the screen, counted from 0 at the top or from -1 at the bottom."""
        return self.text.split("\n")[number]

    @property
    def cursor(self) -> tuple[int, int]:
        """Where the cursor is, also a hidden one: row and column, both counted from 0."""
        with self._changed:
            return self._screen.cursor.y, self._screen.cursor.x

    def press(self, *keys: str) -> None:
        """Press keys one after the other; see `key_bytes` for their names.

        Escape is a key only if nothing follows it at once, so the key after it is held back for a moment. A
        busy program may still read both as one: wait for what Escape changes before pressing on.

        Other keys arrive faster than anybody presses them. What is typed straight after Tab may still reach the
        field that Tab leaves; wait for the change of focus, if by nothing else then by `cursor`.
        """
        for key in keys:
            self.send(key_bytes(key))

    def type(self, text: str) -> None:
        """Type text, each character a key press of its own; a line break is Enter."""
        for character in text.replace("\n", "\r"):
            self.send(character.encode())

    def paste(self, text: str) -> None:
        """Paste text in one go (bracketed paste), a line break as a carriage return, as terminals send it.

        Control characters go through as they are, which not every terminal lets happen.
        """
        self.send(b"\x1b[200~" + text.replace("\n", "\r").encode() + b"\x1b[201~")

    def send(self, data: bytes) -> None:
        """Send bytes to the program as they are.

        Raises:
            AssertionError: the program has ended.
        """
        time.sleep(max(0.0, self._escape_pressed + _AFTER_ESCAPE - time.monotonic()))
        with self._changed:
            if self._status is not None:
                raise AssertionError(self._report(f"can't send {data!r}"))
        self._write(data)
        if data == b"\x1b":
            self._escape_pressed = time.monotonic()

    def wait_for(self, condition: Condition, timeout: float = 15.0) -> str:
        """Wait until the screen holds a text, a pattern, or what a function of the screen's text looks for.

        Returns:
            The screen's text that met the condition.

        Raises:
            AssertionError: the time is out, or the program has ended; the message shows the screen.
        """
        if isinstance(condition, str):
            return self._wait(lambda text: condition in text, repr(condition), timeout)
        if isinstance(condition, re.Pattern):
            return self._wait(lambda text: bool(condition.search(text)), f"/{condition.pattern}/", timeout)
        return self._wait(condition, getattr(condition, "__name__", repr(condition)), timeout)

    def wait_gone(self, text: str, timeout: float = 15.0) -> str:
        """Wait until the screen holds a text no more; returns and raises as `wait_for` does."""
        return self._wait(lambda screen: text not in screen, f"{text!r} to go", timeout)

    def wait_exit(self, timeout: float = 15.0) -> int:
        """Wait for the program's end and return its exit status, negative for the signal that ended it.

        Everything the program wrote is on the screen and in `raw` by then.

        Raises:
            AssertionError: the program still runs when the time is out; the message shows the screen.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._status is not None, timeout):
                raise AssertionError(self._report(f"no end of the program within {timeout:g} s"))
            assert self._status is not None
            return self._status

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send the program a signal; does nothing if it has ended."""
        with self._changed:
            # The reader reaps under this lock, so the id can't have passed to another process.
            if self._status is None:
                os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Take the terminal away from the program, as a closed window or a dropped ssh session does.

        The program is told by the kernel and ends as it sees fit; `wait_exit` says when. What it still writes is not
        seen, and keys that it has not read are gone: `wait_read` waits for it to read them. Does nothing if the program
        has ended.
        """
        os.write(self._ask_hang_up, b"\0")
        self._hung_up.wait()

    def wait_read(self, timeout: float = 15.0) -> None:
        """Wait until the program has read all that was typed; what it does with it is another matter. Linux only.

        Raises:
            AssertionError: the time is out.
        """
        deadline = time.monotonic() + timeout
        its_side = os.open(f"/proc/{self.pid}/fd/0", os.O_RDONLY | os.O_NOCTTY)
        try:
            while struct.unpack("i", fcntl.ioctl(its_side, termios.FIONREAD, bytes(4))) != (0,):
                if time.monotonic() > deadline:
                    raise AssertionError(self._report(f"waited {timeout:g} s for it to read"))
                time.sleep(0.001)
        finally:
            os.close(its_side)

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size, as dragging a window's corner does."""
        with self._changed:
            self._screen.resize(rows, columns)
            if self._status is None:
                self._process.setwinsize(rows, columns)

    def close(self) -> None:
        """End the program if it still runs, first asking it to, and give the pseudo-terminal back."""
        if self._process.closed:
            return
        self.kill(signal.SIGTERM)
        self._reader.join(_BEFORE_KILL)
        self.kill(signal.SIGKILL)
        self._reader.join()
        self._process.close()
        os.close(self._hang_up_asked)
        os.close(self._ask_hang_up)

    def _write(self, data: bytes) -> None:
        # A program that has just ended reads no more; whoever waits for it is told so.
        with suppress(OSError, ValueError):
            self._process.write(data)

    def _read(self) -> None:
        """Feed the screen until the program has closed the terminal, then reap the program."""
        with suppress(EOFError):
            while not self._is_asked_to_hang_up():
                data = self._process.read(65536)
                with self._changed:
                    self._raw += data
                    self._stream.feed(data)
                    self._changed.notify_all()
        self._hung_up.set()
        while not self._reap():
            # The output ends a moment before the program does, and nothing announces the latter.
            time.sleep(0.002)

    def _is_asked_to_hang_up(self) -> bool:
        """Wait for output; where there is to be none any more, close the terminal and say so."""
        # The kernel hangs up only when nobody is reading either, hence here and not where it is asked for.
        readable, _, _ = select.select([self._process.fd, self._hang_up_asked], [], [])
        if self._hang_up_asked not in readable:
            return False
        self._process.fileobj.close()
        self._process.fd = -1
        return True

    def _reap(self) -> bool:
        with self._changed:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid == 0:
                return False
            self._process.terminated = True
            self._status = os.waitstatus_to_exitcode(status)
            self._changed.notify_all()
            return True

    def _wait(self, condition: Callable[[str], bool], wanted: str, timeout: float) -> str:
        deadline = time.monotonic() + timeout
        with self._changed:
            while not condition(text := self._screen.text):
                remaining = deadline - time.monotonic()
                if self._status is not None:
                    raise AssertionError(self._report(f"waited for {wanted}"))
                if remaining <= 0:
                    raise AssertionError(self._report(f"waited {timeout:g} s for {wanted}"))
                self._changed.wait(remaining)
            return text

    def _report(self, complaint: str) -> str:
        ended = "" if self._status is None else f"; the program has ended with status {self._status}"
        edge = "─" * self._screen.columns
        blank = " " * self._screen.columns
        lines = (f"│{line}{blank[max(wcswidth(line), 0) :]}│" for line in self._screen.text.split("\n"))
        return "\n".join([f"{complaint}{ended}", f"┌{edge}┐", *lines, f"└{edge}┘"])


class _Screen(pyte.Screen):
    """pyte's screen with what full-screen programs need beyond it.

    That is an alternate screen, synchronized output, and characters that take no column of their own.
    """

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows)
        self._main: tuple[dict[int, Any], Any] | None = None
        self._last_frame: str | None = None

    @property
    def text(self) -> str:
        """The screen's text; while a synchronized frame is being drawn, that of the frame before."""
        return self._last_frame if self._last_frame is not None else self._render()

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        """Set modes, switching to the alternate screen or starting a frame if they say so."""
        super().set_mode(*modes, **kwargs)
        if kwargs.get("private") and _SYNCHRONIZED in modes:
            self._last_frame = self.text
        if kwargs.get("private") and _ALTERNATE_SCREEN in modes and self._main is None:
            self._main = dict(self.buffer), copy.copy(self.cursor)
            self.buffer.clear()

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        """Reset modes, switching back to the main screen or ending a frame if they say so."""
        super().reset_mode(*modes, **kwargs)
        if kwargs.get("private") and _SYNCHRONIZED in modes:
            self._last_frame = None
        if kwargs.get("private") and _ALTERNATE_SCREEN in modes and self._main is not None:
            lines, self.cursor = self._main
            self._main = None
            self.buffer.clear()
            self.buffer.update(lines)
            self.ensure_hbounds()
            self.ensure_vbounds()

    def draw(self, data: str) -> None:
        """Draw text, a character that takes no column (an accent, a joiner) together with the one before it.

        pyte drops the rest of a text at most of these characters, and loses those after a wide one.
        """
        if data.isascii() and data.isprintable():
            super().draw(data)
            return
        for character in data:
            width = wcwidth(character)
            if width > 0:
                super().draw(character)
            elif width == 0:
                self._join(character)

    def _join(self, character: str) -> None:
        line = self.buffer[self.cursor.y]
        column = self.cursor.x - 1
        if column > 0 and not line[column].data:
            column -= 1
        if column >= 0:
            text = unicodedata.normalize("NFC", line[column].data + character)
            line[column] = line[column]._replace(data=text)

    def _render(self) -> str:
        # A wide character's second cell is empty text. pyte's own rendering fails if only that half is left.
        lines = []
        for row in range(self.lines):
            cells = [self.buffer[row][column].data for column in range(self.columns)]
            for column, cell in enumerate(cells):
                if not cell and (column == 0 or wcwidth(cells[column - 1][:1] or " ") < 2):
                    cells[column] = " "
            lines.append("".join(cells).rstrip())
        return "\n".join(lines)


class _Stream(pyte.ByteStream):
    """pyte's parser, given each control sequence whole and only those it has a notion of.

    pyte 0.8 prints the tail of what it doesn't know (`ESC [ < u` leaves a `u`, a device control string all
    its text), takes `ESC [ > 4 m` for underlining, and raises at a sequence with an unexpected parameter.
    """

    def __init__(self, screen: _Screen, answer: Callable[[bytes], None] | None) -> None:
        super().__init__(screen)
        self._answer = answer
        self._partial = b""

    def feed(self, data: bytes) -> None:  # type: ignore[override]
        """Take what the program wrote, cut anywhere, also within a sequence or a character."""
        data, self._partial = self._partial + data, b""
        position = 0
        for match in _SEQUENCE.finditer(data):
            self._feed(data[position : match.start()])
            position = match.end()
            if match["partial"] is not None:
                self._partial = match[0]
            elif match["known"] is not None:
                self._feed(match[0])
            elif match[0] == _SYNCHRONIZED_QUERY and self._answer is not None:
                self._answer(_SYNCHRONIZED_ANSWER)
        self._feed(data[position:])

    def _feed(self, data: bytes) -> None:
        # A terminal ignores what it doesn't know; pyte raises this for a parameter it doesn't expect.
        with suppress(TypeError):
            super().feed(data)
