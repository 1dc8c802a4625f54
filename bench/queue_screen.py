"""The queue screen on a desk of many tickets and on one of few: memory, and from key to ticket shown, in one run.

Run: python bench/queue_screen.py FOLDER [FEW MANY], with desks as `bench/queue_pages.py` makes them (Linux).
"""

import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.terminal.desk import DeskTerminal

PRESSES = 60
_NUMBER = re.compile(r"^─(\d+-\d) ·", re.MULTILINE)


def memory(terminal: DeskTerminal) -> float:
    """Return the memory of a program in MB, as much as it ever had."""
    status = Path(f"/proc/{terminal.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+)", status)
    assert found is not None
    return int(found[1]) / 1024


def number_shown(text: str) -> str:
    """Return the number of the ticket that is shown beside the list."""
    found = _NUMBER.search(text)
    return found[1] if found else ""


def press(terminal: DeskTerminal, key: str) -> float:
    """Press a key, and return the ms until another ticket is under the cursor and shown whole."""
    before, begun = number_shown(terminal.text), time.perf_counter()
    terminal.press(key)
    terminal.wait_for(lambda text: number_shown(text) not in ("", before))
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    folder = Path(sys.argv[1])
    few, many = [int(size) for size in sys.argv[2:]] or (1_000, 1_000_000)
    figures: dict[int, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as home:
        desks = {size: DeskTerminal(folder / f"{size}.db", "queue", home=Path(home)) for size in (few, many)}
        taken: dict[int, list[float]] = {size: [] for size in desks}
        for terminal in desks.values():
            terminal.wait_for(lambda text: bool(number_shown(text)))
            time.sleep(2)
        for turn in range(PRESSES):
            for size, terminal in desks.items():
                # Down the queue and up again, so that few last as long as many.
                taken[size].append(press(terminal, "pagedown" if turn % 20 < 10 else "pageup"))
        for size, terminal in desks.items():
            figures[size] = memory(terminal), statistics.median(taken[size])
            terminal.close()
    for size, (megabytes, milliseconds) in figures.items():
        print(f"{size:>10,} tickets  {megabytes:6.1f} MB  page to ticket {milliseconds:6.2f} ms")
    print(f"ratio of memory {figures[many][0] / figures[few][0]:.3f}")
    print(f"ratio of page to ticket {figures[many][1] / figures[few][1]:.3f}")


if __name__ == "__main__":
    main()
