"""Input from a terminal, taken as it comes: broken UTF-8 and pastes without an end stop nobody."""

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
    """Knows whether a paste is under way, from the text that came in."""

    def __init__(self) -> None:
        self._tail = ""
        self.is_open = False

    def feed(self, text: str) -> None:
        """Look at the next piece of input; markers may be cut in two."""
        seen = self._tail + text
        begins, ends = seen.rfind(_PASTE_BEGINS), seen.rfind(_PASTE_ENDS)
        if begins >= 0 or ends >= 0:
            self.is_open = begins > ends
        self._tail = seen[-(len(_PASTE_BEGINS) - 1) :]


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
                        paste.feed(text)
                        for event in parser.feed(text):
                            self.process_message(event)
                    for event in parser.tick():
                        self.process_message(event)

    return TolerantDriver
