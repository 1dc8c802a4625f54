"""Input from a terminal, taken as it comes: broken UTF-8 and pastes without an end stop nobody, and what is pasted is
never a key."""

import codecs
import os
import selectors
import sys
import time

from textual.driver import Driver

_PASTE_BEGINS = "\x1b[200~"
_PASTE_ENDS = "\x1b[201~"
PASTE_PATIENCE = 0.5
"""Seconds without input after which a paste that never ended is taken as ended."""


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as what they mostly are, so that the text stays legible."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("callintake-windows-1252", _as_windows_1252)


class PasteWatch:
    """Knows whether a paste is under way, and takes out of it what would be read as keys.

    Terminals mostly do so themselves; through one that does not, a text copied from anywhere could press keys.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._seen = ""
        """The end of what came outside of a paste: markers may be cut in two."""
        self._held = ""
        """The end of what came in a paste, while it may be the beginning of the marker that ends it."""

    def feed(self, text: str) -> str:
        """Return the next piece of input as it is to be read on."""
        fed = ""
        while text:
            piece, text = self._pasted(text) if self.is_open else self._typed(text)
            fed += piece
        return fed

    def _typed(self, text: str) -> tuple[str, str]:
        # Nothing is held back here: Escape is a key.
        seen = self._seen + text
        at = seen.find(_PASTE_BEGINS)
        if at < 0:
            self._seen = seen[-(len(_PASTE_BEGINS) - 1) :]
            return text, ""
        self.is_open, self._seen = True, ""
        rest = seen[at + len(_PASTE_BEGINS) :]
        return text[: len(text) - len(rest)], rest

    def _pasted(self, text: str) -> tuple[str, str]:
        inside, end, rest = (self._held + text).partition(_PASTE_ENDS)
        self._held = ""
        if end:
            self.is_open = False
        else:
            held = next(size for size in range(len(_PASTE_ENDS), -1, -1) if inside.endswith(_PASTE_ENDS[:size]))
            inside, self._held = inside[: len(inside) - held], inside[len(inside) - held :]
        return inside.replace("\x1b", "") + end, rest


def tolerant_driver() -> type[Driver] | None:
    """Return the driver for this platform, or None where Textual's own is right (Windows sends no bytes)."""
    if sys.platform == "win32" or os.environ.get("TEXTUAL_DRIVER"):
        return None
    from textual._xterm_parser import XTermParser
    from textual.drivers.linux_driver import LinuxDriver

    class TolerantDriver(LinuxDriver):
        def run_input_thread(self) -> None:
            parser = XTermParser(self._debug)
            decode = codecs.getincrementaldecoder("utf-8")("callintake-windows-1252").decode
            paste = PasteWatch()
            last_input = time.monotonic()
            with selectors.SelectSelector() as selector:
                selector.register(self.fileno, selectors.EVENT_READ)
                while not self.exit_event.is_set():
                    text = ""
                    if selector.select(0.1):
                        data = os.read(self.fileno, 64 * 1024)
                        if not data:
                            return
                        text = decode(data)
                        last_input = time.monotonic()
                    elif paste.is_open and time.monotonic() - last_input > PASTE_PATIENCE:
                        text = _PASTE_ENDS
                    if text:
                        for event in parser.feed(paste.feed(text)):
                            self.process_message(event)
                    for event in parser.tick():
                        self.process_message(event)

    return TolerantDriver
