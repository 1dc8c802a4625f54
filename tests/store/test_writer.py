"""The serial writer keeps the order, keeps the latest, and never gives up."""

import logging
import threading
import time
from collections.abc import Iterator
from itertools import count

import pytest

from callintake.store.writer import SerialWriter

SOON = 10.0


@pytest.fixture
def writer() -> Iterator[SerialWriter]:
    writer = SerialWriter()
    yield writer
    writer.close()


class Gate:
    """A job that says when it has begun, and waits to be let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.let_go = threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        assert self.let_go.wait(SOON)


@pytest.fixture
def busy(writer: SerialWriter) -> Iterator[Gate]:
    """The writer in the middle of a job that ends when it is told to."""
    gate = Gate()
    writer.submit(gate)
    assert gate.begun.wait(SOON)
    yield gate
    gate.let_go.set()


def test_jobs_run_one_after_another_in_the_order_given(writer: SerialWriter) -> None:
    ran: list[tuple[int, int]] = []
    futures = [writer.submit(lambda n=n: ran.append((n, threading.get_ident()))) for n in range(200)]
    for future in futures:
        future.result(SOON)
    assert [n for n, _ in ran] == list(range(200))
    assert len({thread for _, thread in ran}) == 1
    assert ran[0][1] != threading.get_ident()


def test_jobs_of_many_threads_never_overlap(writer: SerialWriter) -> None:
    inside, most, ran = [0], [0], [0]

    def job() -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        ran[0] += 1
        inside[0] -= 1

    threads = [threading.Thread(target=lambda: [writer.submit(job) for _ in range(100)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.drain(SOON)
    assert (most[0], ran[0]) == (1, 800)


def test_a_job_answers_with_its_outcome_or_its_error(writer: SerialWriter) -> None:
    def fail() -> None:
        raise ValueError("no")

    assert writer.submit(lambda: 42).result(SOON) == 42
    with pytest.raises(ValueError, match="no"):
        writer.submit(fail).result(SOON)


def test_a_job_that_fails_does_not_end_the_writer(writer: SerialWriter, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("no")

    def leave() -> None:
        raise SystemExit(3)

    writer.submit(fail)
    writer.submit(leave)
    with caplog.at_level(logging.ERROR):
        writer.keep("draft", fail)
        assert writer.drain(SOON)
    assert "a kept job failed" in caplog.text
    assert writer.submit(lambda: "still here").result(SOON) == "still here"


def test_a_job_taken_back_in_time_is_not_run(writer: SerialWriter, busy: Gate) -> None:
    ran: list[str] = []
    unwanted = writer.submit(lambda: ran.append("unwanted"))
    wanted = writer.submit(lambda: ran.append("wanted"))
    assert unwanted.cancel()
    busy.let_go.set()
    wanted.result(SOON)
    assert ran == ["wanted"]


def test_of_what_is_kept_only_the_latest_is_run(writer: SerialWriter, busy: Gate) -> None:
    ran: list[int] = []
    for revision in range(1000):
        writer.keep("draft", lambda revision=revision: ran.append(revision))
    busy.let_go.set()
    assert writer.drain(SOON)
    assert ran == [999]


def test_drafts_of_two_calls_do_not_replace_each_other(writer: SerialWriter, busy: Gate) -> None:
    ran: list[str] = []
    writer.keep("one", lambda: ran.append("one"))
    writer.keep("two", lambda: ran.append("two"))
    busy.let_go.set()
    assert writer.drain(SOON)
    assert sorted(ran) == ["one", "two"]


def test_never_is_an_older_one_run_after_a_newer_one(writer: SerialWriter) -> None:
    ran: list[int] = []
    for revision in range(3000):
        writer.keep("draft", lambda revision=revision: ran.append(revision))
        if revision % 500 == 0:
            writer.submit(lambda: None)
    assert writer.drain(SOON)
    assert ran == sorted(ran)
    assert ran[-1] == 2999
    assert len(ran) < 3000


def test_what_is_kept_runs_before_what_is_submitted_after_it(writer: SerialWriter, busy: Gate) -> None:
    ran: list[str] = []
    writer.submit(lambda: ran.append("first"))
    writer.keep("draft", lambda: ran.append("draft"))
    writer.submit(lambda: ran.append("raised"))
    writer.keep("draft", lambda: ran.append("later draft"))
    busy.let_go.set()
    assert writer.drain(SOON)
    assert ran == ["first", "draft", "raised", "later draft"]


def test_what_is_kept_waits_no_longer_than_it_may_while_typing_goes_on(
    writer: SerialWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Far apart, so that a thread that is kept from running for a while changes nothing.
    every = 0.4
    monkeypatch.setattr("callintake.store.writer.KEEP_EVERY", every)
    saved = threading.Semaphore(0)
    gaps, last = [], time.monotonic()
    while len(gaps) < 4:
        writer.keep("draft", saved.release)
        # Typing: the next key comes before the save is due.
        if saved.acquire(timeout=0.002):
            gaps.append(time.monotonic() - last)
            last = time.monotonic()
    assert gaps[0] < every, "the first key is saved at once"
    assert max(gaps) < every + 2.0
    assert min(gaps[1:]) > every / 2


def test_draining_runs_everything_now_and_says_so(writer: SerialWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callintake.store.writer.KEEP_EVERY", 60.0)
    ran: list[int] = []
    writer.keep("draft", lambda: ran.append(1))
    assert writer.drain(SOON)
    writer.keep("draft", lambda: ran.append(2))
    assert writer.drain(SOON)
    assert ran == [1, 2]


def test_draining_that_takes_too_long_says_so(writer: SerialWriter, busy: Gate) -> None:
    assert not writer.drain(0.01)
    busy.let_go.set()
    assert writer.drain(SOON)


def test_closing_runs_what_waits_and_takes_nothing_more() -> None:
    writer, ran = SerialWriter("closing"), []
    writer.keep("draft", lambda: ran.append("draft"))
    writer.keep("draft", lambda: ran.append("later draft"))
    assert writer.close(SOON)
    assert ran[-1] == "later draft"
    for give in (lambda: writer.submit(lambda: None), lambda: writer.keep("draft", lambda: None)):
        with pytest.raises(RuntimeError, match="closed"):
            give()
    assert writer.close(SOON)
    (*_, thread) = [thread for thread in threading.enumerate() if thread.name == "closing"] or [None]
    if thread is not None:
        thread.join(SOON)
        assert not thread.is_alive()


def test_nothing_accepted_while_closing_is_lost() -> None:
    for _ in range(20):
        writer, ran, accepted = SerialWriter(), {}, {}

        def give(writer: SerialWriter = writer, ran: dict[int, int] = ran, accepted: dict[int, int] = accepted) -> None:
            for number in count():
                try:
                    writer.keep(str(number % 3), lambda number=number: ran.update({number % 3: number}))
                except RuntimeError:
                    return
                accepted[number % 3] = number

        giver = threading.Thread(target=give)
        giver.start()
        assert writer.close(SOON)
        giver.join()
        assert writer.drain(SOON)
        assert ran == accepted
