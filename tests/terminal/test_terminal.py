"""The harness itself: what goes in reaches the program, what the program draws can be waited for and read."""

import os
import re
import signal
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("ptyprocess", reason="this system has no pseudo-terminals")

from tests.terminal.terminal import Terminal, key_bytes

pytestmark = pytest.mark.terminal

ENVIRONMENT = {"PATH": os.environ["PATH"]}
ECHO = "print('ready'); print(f'heard {input()}'); raise SystemExit(3)"
RAW_ECHO = """
import os, tty
tty.setraw(0)
os.write(1, b"ready\\r\\n")
while (data := os.read(0, 100)) != b"q":
    os.write(1, repr(data).encode() + b"\\r\\n")
"""
APP = '''
from textual.app import App, ComposeResult
from textual.events import Resize
from textual.widgets import Footer, Input, Static, TextArea


class Desk(App[int]):
    """A line, some lines, and a word on what was typed."""

    def compose(self) -> ComposeResult:
        yield Input(placeholder="Name")
        yield TextArea()
        yield Static("nobody", id="who", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one("#who", Static).update(f"caller: {event.value}")

    def on_resize(self, event: Resize) -> None:
        self.query_one(TextArea).border_title = f"{event.size.width} by {event.size.height}"


Desk().run()
'''


def python(code: str, columns: int = 80, rows: int = 24) -> Terminal:
    return Terminal([sys.executable, "-c", textwrap.dedent(code)], ENVIRONMENT, columns, rows)


@pytest.fixture(params=[True, False], ids=["synchronized", "unanswered"])
def synchronized(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def desk(synchronized: bool, tmp_path: Path) -> Iterator[Terminal]:
    program = tmp_path / "desk.py"
    program.write_text(APP, encoding="utf-8")
    with Terminal([sys.executable, str(program)], ENVIRONMENT, synchronized=synchronized) as terminal:
        terminal.wait_for("palette")
        yield terminal


class TestProgram:
    def test_hears_what_is_typed_and_ends_with_its_status(self) -> None:
        with python(ECHO) as terminal:
            terminal.wait_for("ready")
            terminal.type("Siân\n")
            terminal.wait_for(re.compile(r"^heard Siân$", re.MULTILINE))
            assert terminal.wait_exit() == 3
            assert terminal.line(2) == "heard Siân"
            assert terminal.cursor == (3, 0)
            assert b"heard Si\xc3\xa2n" in terminal.raw

    def test_gets_the_environment_folder_and_size_asked_for(self, tmp_path: Path) -> None:
        code = "import os; print(os.environ['TERM'], os.environ['DESK'], 'HOME' in os.environ, os.getcwd())"
        code += "; print(*os.get_terminal_size())"
        with Terminal([sys.executable, "-c", code], {"DESK": "3", "TERM": "dumb"}, 200, 30, tmp_path) as terminal:
            assert terminal.wait_exit() == 0
            assert terminal.line(0) == f"xterm-256color 3 False {tmp_path.resolve()}"
            assert terminal.line(1) == "200 30"

    def test_that_does_not_exist_is_an_error_at_once(self) -> None:
        with pytest.raises(FileNotFoundError):
            Terminal(["/no/such/program"], ENVIRONMENT)

    def test_ended_by_a_signal_has_a_negative_status(self) -> None:
        with python("import time; print('ready', flush=True); time.sleep(60)") as terminal:
            terminal.wait_for("ready")
            terminal.kill(signal.SIGTERM)
            assert terminal.wait_exit() == -signal.SIGTERM
            terminal.kill()

    def test_is_ended_with_the_block_even_if_it_ignores_being_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tests.terminal.terminal._BEFORE_KILL", 0.1)
        code = """
            import signal, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            print("ready")
            time.sleep(60)
        """
        with python(code) as terminal:
            terminal.wait_for("ready")
        assert terminal.wait_exit(0) == -signal.SIGKILL
        with pytest.raises(ProcessLookupError):
            os.kill(terminal.pid, 0)
        terminal.close()

    def test_that_writes_much_is_read_to_the_last_byte(self) -> None:
        with python("print('x' * 300_000); print('done')", rows=3) as terminal:
            assert terminal.wait_exit() == 0
            assert terminal.line(1) == "done"
            assert terminal.raw.count(b"x") == 300_000


class TestWaiting:
    def test_in_vain_shows_the_screen(self) -> None:
        with python("print('hello'); input()", columns=12, rows=2) as terminal:
            terminal.wait_for("hello")
            with pytest.raises(AssertionError) as failure:
                terminal.wait_for("goodbye", timeout=0.05)
            drawn = "┌────────────┐\n│hello       │\n│            │\n└────────────┘"
            assert str(failure.value) == f"waited 0.05 s for 'goodbye'\n{drawn}"
            with pytest.raises(AssertionError, match=r"no end of the program within 0\.05 s"):
                terminal.wait_exit(timeout=0.05)
            with pytest.raises(AssertionError, match="'hello' to go"):
                terminal.wait_gone("hello", timeout=0.05)

    def test_for_a_program_that_has_ended_fails_at_once(self) -> None:
        with python("print('hello'); raise SystemExit(2)") as terminal:
            with pytest.raises(AssertionError, match="'goodbye'; the program has ended with status 2"):
                terminal.wait_for("goodbye", timeout=60)
            assert "hello" in terminal.wait_for("hello")
            with pytest.raises(AssertionError, match="can't send b'x'; the program has ended"):
                terminal.press("x")

    def test_takes_a_function_of_the_screen(self) -> None:
        with python("print('one'); print('two'); input()") as terminal:
            assert terminal.wait_for(lambda text: text.count("o") == 2).startswith("one\ntwo\n")


class TestKeys:
    @pytest.mark.parametrize(
        ("key", "sent"),
        [
            ("a", b"a"),
            ("+", b"+"),
            ("ü", "ü".encode()),
            ("space", b" "),
            ("enter", b"\r"),
            ("escape", b"\x1b"),
            ("backspace", b"\x7f"),
            ("shift+tab", b"\x1b[Z"),
            ("ctrl+a", b"\x01"),
            ("ctrl+z", b"\x1a"),
            ("alt+x", b"\x1bx"),
            ("up", b"\x1b[A"),
            ("end", b"\x1b[F"),
            ("ctrl+home", b"\x1b[1;5H"),
            ("shift+left", b"\x1b[1;2D"),
            ("pagedown", b"\x1b[6~"),
            ("delete", b"\x1b[3~"),
            ("f1", b"\x1bOP"),
            ("f5", b"\x1b[15~"),
            ("f12", b"\x1b[24~"),
            ("shift+f5", b"\x1b[15;2~"),
        ],
    )
    def test_are_sent_as_xterm_sends_them(self, key: str, sent: bytes) -> None:
        assert key_bytes(key) == sent

    @pytest.mark.parametrize("key", ["", "F5", "return", "ctrl+", "ctrl+1", "ctrl+enter", "ctrl+ctrl+a", "hyper+a"])
    def test_of_no_terminal_are_refused(self, key: str) -> None:
        with pytest.raises(ValueError, match="no such key"):
            key_bytes(key)

    def test_after_escape_is_a_key_of_its_own(self) -> None:
        with python(RAW_ECHO) as terminal:
            terminal.wait_for("ready")
            terminal.press("escape", "tab")
            terminal.wait_for("b'\\x1b'\nb'\\t'")
            terminal.press("q")
            assert terminal.wait_exit() == 0

    def test_pasted_text_is_bracketed(self) -> None:
        with python(RAW_ECHO) as terminal:
            terminal.wait_for("ready")
            terminal.paste("two\nlines")
            terminal.wait_for("b'\\x1b[200~two\\rlines\\x1b[201~'")


class TestScreen:
    @pytest.mark.parametrize(
        "written",
        [
            pytest.param("\x1b[<u\x1b[>25u\x1b[?u\x1b[=1;2u", id="kitty keyboard"),
            pytest.param("\x1b[?2026$p\x1b[?2048$p\x1b[!p", id="mode queries and soft reset"),
            pytest.param("\x1b[>4;1m\x1b[?4m\x1b[4:3m", id="what looks like colours"),
            pytest.param("\x1bP1$tx\x1b\\\x1b_Gi=1;AAAA\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\", id="strings"),
            pytest.param("\x1b]0;title\x07\x1b]8;;https://example.org\x1b\\\x1b]52;c;Zm9v\x07", id="OSC"),
            pytest.param("\x1b(B\x1b)0\x1b*0\x1b F\x1b%G\x1b=\x1b>", id="character sets and keypad"),
            pytest.param("\x1b[6;1;1A\x1b[?6n\x1b[?1;2r\x9b?4m", id="unexpected parameters"),
            pytest.param("\x1b[12\x1b[0m\x1b]0;cut short\x1b[0m", id="broken off"),
            pytest.param("\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[?1004h\x1b[?2048h\x1b[2 q", id="modes"),
            pytest.param("\x00\x7f\x07\x01\x1a", id="control characters"),
        ],
    )
    def test_shows_nothing_of_control_sequences_wherever_they_are_cut(self, written: str) -> None:
        code = """
            import os, sys, time
            for byte in sys.argv[1].encode():
                os.write(1, bytes([byte or 0]))
                time.sleep(0.001)
        """
        text = f"before{written}after".replace("\x00", "")
        argv = [sys.executable, "-c", textwrap.dedent(code), text]
        with Terminal(argv, ENVIRONMENT, synchronized=False) as terminal:
            assert terminal.wait_exit() == 0
            assert terminal.line(0) == "beforeafter"
            assert terminal.raw == text.encode()

    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("Sia\u0302n", "Si\u00e2n"),
            ("日本\u0301x", "日本\u0301x"),
            ("👩\u200d💻 and ❤\ufe0f ok", "👩\u200d💻 and ❤\ufe0f ok"),
            ("गिरि ที่ end", "गिरि ที่ end"),
            ("日\x1b[1Gx", "x"),
            ("日\x1b[1Gxy", "xy"),
        ],
    )
    def test_keeps_characters_of_any_width(self, written: str, shown: str) -> None:
        with python(f"print({written!r})") as terminal:
            assert terminal.wait_exit() == 0
            assert terminal.line(0) == shown

    def test_returns_from_the_alternate_screen(self) -> None:
        code = r"""
            print("shell", end="", flush=True)
            print("\x1b[?1049h\x1b[Happlication", end="", flush=True)
            input()
            print("\x1b[?1049l, back")
        """
        with python(code) as terminal:
            terminal.wait_for("application")
            assert "shell" not in terminal.text
            terminal.press("enter")
            assert terminal.wait_exit() == 0
            assert terminal.text.strip() == "shell, back"

    def test_is_that_of_the_last_whole_frame(self) -> None:
        code = r"""
            print("first\x1b[?2026h\x1b[2J\x1b[Hsecond\x07", end="", flush=True)
            input()
            print("\x1b[?2026l", end="", flush=True)
        """
        with python(code) as terminal:
            terminal.wait_for(lambda _: terminal.raw.endswith(b"\x07"))
            assert terminal.line(0) == "first"
            terminal.press("enter")
            terminal.wait_for("second")


class TestTextualApp:
    def test_takes_typed_and_pasted_text(self, desk: Terminal) -> None:
        desk.type("Siân Ó Briain 日本")
        desk.press("enter")
        desk.wait_for("caller: Siân Ó Briain 日本")
        desk.press("tab")
        desk.wait_for(lambda _: desk.cursor[0] == 4)
        desk.type("one\ntwo")
        desk.paste("\nthree\nfour")
        desk.wait_for(re.compile(r"one.*\n.*two.*\n.*three.*\n.*four"))
        desk.press("shift+tab")
        desk.wait_for(lambda _: desk.cursor[0] == 1)
        desk.press("home", "ctrl+k")
        desk.wait_gone("▊  Siân")

    def test_leaves_nothing_on_the_screen_when_it_quits(self, desk: Terminal) -> None:
        desk.press("ctrl+q")
        assert desk.wait_exit() == 0
        assert desk.text.strip() == ""

    def test_draws_no_stray_characters(self, desk: Terminal) -> None:
        words = set(re.findall(r"[^\s▊▎▏▔▁]+", desk.text))
        assert words == {"Name", "80", "by", "24", "nobody", "^p", "palette"}

    def test_marks_its_frames_only_if_the_terminal_answers(self, desk: Terminal, synchronized: bool) -> None:
        desk.type("x")
        desk.wait_for("▊  x")
        assert b"\x1b[?2026$p" in desk.raw
        assert (b"\x1b[?2026h" in desk.raw) == synchronized

    def test_follows_the_terminals_size(self, desk: Terminal) -> None:
        desk.resize(100, 30)
        desk.wait_for("100 by 30")
        assert len(desk.text.split("\n")) == 30
        desk.resize(60, 12)
        desk.wait_for("60 by 12")
