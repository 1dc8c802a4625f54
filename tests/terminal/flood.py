"""A flood of events at an open desk in which somebody types: what it costs the typing, and what is let in.

Usage: python -m tests.terminal.flood [SECONDS] [A_SECOND]

Half of the requests have a forged token. They come from a program of their own at that rate, each over a connection of
its own, whether or not those before it are answered, and wait for 5 s. The agent types a letter about every 50 ms; each
is timed from the key to the screen.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.terminal.desk import DeskTerminal
from tests.terminal.phone import TOKEN, DeskPhone

LETTERS = "the quick brown fox jumps over the lazy dog "


def main(seconds: float, rate: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        phone = DeskPhone(home)
        with DeskTerminal(home / "desk.db", "new", home=home) as terminal:
            terminal.wait_for("saved 0 s ago", 60)
            wait_for_listener(phone.port)
            busy, begun = cpu(terminal.pid), time.monotonic()
            quiet = echoes(terminal, 5)
            quiet_share = (cpu(terminal.pid) - busy) / (time.monotonic() - begun)
            before = memory(terminal.pid)
            busy, begun = cpu(terminal.pid), time.monotonic()
            flood = [sys.executable, "-m", "tests.terminal.flood", "--send", str(phone.port), str(seconds), str(rate)]
            with subprocess.Popen(flood, stdout=subprocess.PIPE, text=True) as sending:
                under_flood = echoes(terminal, seconds, lambda: sending.poll() is None)
                said = sending.communicate()[0]
            flood_share = (cpu(terminal.pid) - busy) / (time.monotonic() - begun)
            after = memory(terminal.pid)
    print(said.strip())
    for what, times in (("quiet", quiet), ("under the flood", under_flood)):
        middle, late = statistics.median(times) * 1000, statistics.quantiles(times, n=20)[-1] * 1000
        print(
            f"{what:<16} {len(times)} keys: median {middle:.1f} ms, 95% {late:.1f} ms, worst {max(times) * 1000:.1f} ms"
        )
    print(f"share of a core  {quiet_share:.0%} quiet, {flood_share:.0%} under the flood")
    print(f"memory           {before} kB before, {after} kB after")


def echoes(terminal: DeskTerminal, seconds: float, goes_on: object = None) -> list[float]:
    """Type letters, and return how long each took to the screen."""
    times = []
    end = time.monotonic() + seconds
    typed = 0
    while time.monotonic() < end and (not callable(goes_on) or goes_on()):
        if typed == len(LETTERS):
            terminal.press("enter")
            typed = 0
            time.sleep(0.1)
        where = terminal.cursor
        begun = time.perf_counter()
        terminal.type(LETTERS[typed])
        typed += 1
        terminal.wait_for(lambda _text, where=where: terminal.cursor != where)
        times.append(time.perf_counter() - begun)
        time.sleep(0.05)
    return times


def wait_for_listener(port: int) -> None:
    from callintake.telephony.doorbell import Doorbell, is_answered

    deadline = time.monotonic() + 30
    while not is_answered(Doorbell(port, "")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def memory(pid: int) -> int:
    """The memory that a program has, in kB; Linux only."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def cpu(pid: int) -> float:
    """The seconds of a core that a program has used; Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def send(port: int, seconds: float, rate: int) -> None:
    """Send requests at a rate, half of them forged, and tell what was answered."""
    answers: Counter[tuple[str, int]] = Counter()

    async def one(number: int) -> None:
        kind = "forged" if number % 2 else "good"
        event = "hangup" if number % 4 == 2 else "newCall"
        fields = {"event": event, "from": f"44207946{number % 1000:04}", "direction": "in", "callId": f"{number // 4}"}
        body = json.dumps(fields).encode()
        token = "forged" if kind == "forged" else TOKEN
        head = f"POST /api/v1/cti/{token} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        head += f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        answer = b""
        try:
            async with asyncio.timeout(5):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(head.encode() + body)
                answer = await reader.read()
                writer.close()
        except (OSError, TimeoutError):
            pass
        answers[kind, int(answer.split()[1]) if answer else 0] += 1

    begun = time.monotonic()
    tasks = []
    for number in range(int(seconds * rate)):
        await asyncio.sleep(max(begun + number / rate - time.monotonic(), 0))
        tasks.append(asyncio.create_task(one(number)))
    sent = time.monotonic() - begun
    await asyncio.gather(*tasks)
    print(f"{len(tasks)} requests in {sent:.1f} s, {len(tasks) / sent:.0f} a second")
    for (kind, status), times in sorted(answers.items()):
        print(f"{kind:<16} {status or 'not let in'}: {times}")


if __name__ == "__main__":
    if "--send" in sys.argv:
        asyncio.run(send(int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
    else:
        given = sys.argv[1:]
        main(float(given[0]) if given else 10, int(given[1]) if len(given) > 1 else 1000)
