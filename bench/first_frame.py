"""First frame of `callintake new` against the same widgets in an app that does nothing else.

Run: python bench/first_frame.py [PAIRS]. Prints both medians and the ratio, pair by pair; absolute times mean nothing.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from ptyprocess import PtyProcess

HERE = Path(__file__).parent
MARK = b"Live notes"


def first_frame(argv: list[str], env: dict[str, str]) -> float:
    """Seconds from the start of a program to the frame that shows Live notes, in a pseudo-terminal of 120x40."""
    began = time.perf_counter()
    process = PtyProcess.spawn(argv, env=env, dimensions=(40, 120))
    seen = b""
    while MARK not in seen:
        seen += process.read(65536)
    took = time.perf_counter() - began
    process.terminate(force=True)
    return took


def main(pairs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "HOME": folder, "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}
        ours = [sys.executable, "-m", "callintake", "--db", f"{folder}/desk.db", "--agent", "kim", "new"]
        floor = [sys.executable, str(HERE / "bare_capture.py")]
        first_frame(floor, env), first_frame(ours, env)
        times = [(first_frame(ours, env), first_frame(floor, env)) for _ in range(pairs)]
    ratios = [mine / bare for mine, bare in times]
    print(f"callintake new   median {statistics.median(mine for mine, _ in times) * 1000:.0f} ms")
    print(f"the same widgets median {statistics.median(bare for _, bare in times) * 1000:.0f} ms")
    print(f"ratio            median {statistics.median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
