"""How long a ring takes: the command against a program that does nothing, and from its start to the tray on the screen.

Usage: python bench/ring.py [RINGS]
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.terminal.desk import DeskTerminal, environment

BARE = [sys.executable, "-c", "pass"]


def main(rings: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        place = str(home / "desk.db")
        callintake = [str(Path(sys.executable).parent / "callintake"), "--db", place]
        env = environment(home)
        with DeskTerminal(place, "queue", home=home) as terminal:
            terminal.wait_for("No ticket yet", 60)
            bell = wait_for_doorbell(home)
            command, bare, to_tray, by_http = [], [], [], []
            for number in range(rings):
                bare.append(timed(lambda: run(BARE, env)))
                who = f"20794{number:05}"
                ring = [*callintake, "ring", "--from", f"+44{who}", "--call-id", f"r{number}"]
                begun = time.perf_counter()
                run(ring, env)
                command.append(time.perf_counter() - begun)
                terminal.wait_for(said(who))
                to_tray.append(time.perf_counter() - begun)
                run([*ring, "--event", "hangup", "--cause", "forwarded"], env)
                terminal.wait_gone(said(who))
                fields = {"from": f"+44{who}", "direction": "in", "callId": f"h{number}"}
                begun = time.perf_counter()
                post(bell, {"event": "newCall", **fields})
                terminal.wait_for(said(who))
                by_http.append(time.perf_counter() - begun)
                post(bell, {"event": "hangup", "cause": "forwarded", **fields})
                terminal.wait_gone(said(who))
    for what, times in (
        ("python -c pass", bare),
        ("callintake ring", command),
        ("command to tray", to_tray),
        ("HTTP to tray", by_http),
    ):
        print(f"{what:<16} median {statistics.median(times) * 1000:6.1f} ms   95% {quantile(times) * 1000:6.1f} ms")
    print(f"ratio            {statistics.median(command) / statistics.median(bare):.1f}")


def said(who: str) -> str:
    """The end of the number, as the tray writes it."""
    return f"{who[-4:]}  "


def wait_for_doorbell(home: Path) -> dict[str, object]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for file in (home / "data" / "callintake").glob("doorbell-*.json"):
            return dict(json.loads(file.read_text()))
        time.sleep(0.05)
    raise SystemExit("the desk does not listen")


def post(bell: dict[str, object], fields: dict[str, str]) -> None:
    from callintake.telephony.ringing import hand_over

    assert hand_over(int(str(bell["port"])), str(bell["key"]), fields)


def run(argv: Sequence[str], env: dict[str, str]) -> None:
    subprocess.run(argv, env=env, check=True)


def timed(do: Callable[[], None]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def quantile(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
