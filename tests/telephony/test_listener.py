"""The listener takes in what phones tell, from whom it knows, in bounds; what is answered is on record."""

import asyncio
import json
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from callintake.domain.call import Channel
from callintake.domain.phone_settings import PhoneSettings
from callintake.telephony.limits import A_SECOND, Limits
from tests.telephony.conftest import KEY, TOKEN, Line

RING = {
    "event": "newCall",
    "from": "442079460112",
    "to": "442079460100",
    "direction": "in",
    "callId": "53ba82e2bd6d12d9fb2d3838f0cfb070",
    "user": ["Kim Lead", "Jo Agent"],
}
CURL_FORM = (
    ("event", "newCall"),
    ("from", "442079460112"),
    ("to", "442079460100"),
    ("direction", "in"),
    ("callId", "123456"),
    ("user[]", "Kim"),
    ("user[]", "Jo"),
)


async def curl(line: Line, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "curl", "-sS", "--max-time", "15", *arguments, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return said.decode()


class TestDialects:
    """What Zammad's documentation, its Asterisk bridge and Placetel send."""

    async def test_a_call_is_told_in_json_from_ring_to_hang_up(self, line: Line) -> None:
        answer = await line.phone.post(RING)
        assert (answer.status, answer.json) == (200, {})
        [call] = await line.calls()
        assert (call.caller_number, call.dialled_number, call.channel) == ("+442079460112", "+442079460100", "voip")
        await line.phone.post({**RING, "event": "answer", "answeringNumber": "201"})
        await line.phone.post({**RING, "event": "hangup", "cause": "normalClearing"})
        [call] = await line.calls()
        assert (call.cause, call.external_id) == ("normalClearing", RING["callId"])
        assert call.started_at <= call.answered_at <= call.ended_at

    async def test_curl_posts_the_forms_of_the_documentation(self, line: Line) -> None:
        url = f"{line.listener.url}/api/v1/cti/{TOKEN}"
        form = "&".join(f"{name}={value}" for name, value in CURL_FORM)
        assert await curl(line, "--data", form, url) == "{}"
        assert await curl(line, "--data", form.replace("newCall", "hangup") + "&cause=noAnswer", url) == "{}"
        [call] = await line.calls()
        assert (call.is_missed, call.cause) == (True, "noAnswer")

    async def test_the_asterisk_bridge_tells_of_an_outbound_call(self, line: Line) -> None:
        said = [("direction", "out"), ("to", "442079460112"), ("callId", "1514257392.443"), ("from", "201")]
        for event in ("newCall", "answer", "hangup"):
            assert (await line.phone.form(*said, ("event", event))).status == 200
        [call] = await line.calls()
        assert (call.direction, call.caller_number, call.number) == ("outbound", "201", "+442079460112")

    async def test_placetel_has_names_of_its_own(self, line: Line) -> None:
        said = [("call_id", "f4591ba315d81671"), ("from", "02079460112"), ("to", "02079460100")]
        await line.phone.form(("event", "IncomingCall"), *said)
        await line.phone.form(("event", "CallAccepted"), ("peer", "kim@example.com"), *said)
        await line.phone.form(("event", "HungUp"), ("type", "accepted"), *said)
        await line.phone.form(("event", "OutgoingCall"), ("call_id", "x2"), ("from", "201"), ("to", "02079460113"))
        await line.phone.form(("event", "HungUp"), ("type", "missed"), ("call_id", "x2"))
        inbound, outbound = await line.calls()
        assert (inbound.cause, inbound.answered_at is None, inbound.number) == (
            "normalClearing",
            False,
            "+442079460112",
        )
        assert (outbound.direction, outbound.cause, outbound.disposition) == ("outbound", "noAnswer", "dropped")

    async def test_an_address_that_is_opened_announces_a_call_and_says_so(self, line: Line) -> None:
        said = {"token": TOKEN, "phone": "+442079460112", "callerName": "<b>Amara</b>", "channel": "3cx"}
        answer = await line.phone.open("/ring", **said)
        assert (answer.status, "text/html" in answer.head) == (200, True)
        assert "The call from +442079460112 (&lt;b&gt;Amara&lt;/b&gt;) is at the desk" in answer.body
        assert (await line.phone.open(f"/ring/{TOKEN}", number="02079460112")).status == 200
        [call] = await line.calls()
        assert (call.channel, call.announced, call.agent) == ("3cx", "<b>Amara</b>", "")

    async def test_an_address_can_only_announce(self, line: Line) -> None:
        answer = await line.phone.open("/ring", token=TOKEN, number="02079460112", event="hangup")
        assert (answer.status, "only announce" in answer.body) == (422, True)
        assert await line.calls() == []


class TestRefusals:
    """What is no event, and who is not let in."""

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"event": "newcall"}, "“event” is “newcall”"),
            ({"event": None}, "“event” is missing"),
            ({"direction": "inbound"}, "it is in or out"),
            ({"direction": None}, "“direction” is missing"),
            ({"from": None}, "“from” is missing"),
            ({"from": 442079460112}, "“from” is not text"),
            ({"from": ["1"]}, "“from” is not text"),
            ({"user": [1]}, "“user” is not text"),
            ({"user": {"a": "b"}}, "“user” is not text"),
            ({"callId": "x" * 251}, "“callId” is longer than 250"),
            ({"channel": "fax"}, "“channel” is “fax”"),
            ({"from": "%CallerNumber%"}, "3CX client, Settings > Integration"),
            ({"from": "[Number]"}, "callintake 3cx-template"),
            ({"name": "{{caller.name}}"}, "message template"),
            ({"from": "${CALLERID(num)}"}, "dialplan"),
            ({"from": "{CALLERNUM}"}, "pop-up address"),
        ],
    )
    async def test_what_is_no_event_is_refused_and_says_why(
        self, line: Line, changed: dict[str, object], said: str
    ) -> None:
        answer = await line.phone.post({**RING, **changed})
        assert answer.status == 422
        assert said in answer.json["error"]
        assert await line.calls() == []
        assert [seen.is_refused for seen in line.listener.seen] == [True]

    @pytest.mark.parametrize(
        "body",
        [b"", b"[]", b"null", b"{", b'{"event": NaN}', b'{"a": 1e999}', b"\xff", b"[" * 16000, b'{"a":"","a":""}'],
    )
    async def test_a_body_that_can_not_be_read_is_refused(self, line: Line, body: bytes) -> None:
        answer = await line.phone.post(body)
        assert (answer.status, list(answer.json)) == (422, ["error"])

    async def test_a_body_of_16_kib_is_read_and_a_larger_one_is_not(self, line: Line) -> None:
        most = {**RING, "more": "x" * 16000}
        assert (await line.phone.post(most)).status == 200
        assert (await line.phone.post({**RING, "more": "x" * 17000})).status == 413
        assert len(await line.calls()) == 1

    @pytest.mark.parametrize("token", ["", "wrong", f"{TOKEN}x", TOKEN[:-1], "%00", "%F0%9F%98%80"])
    async def test_a_wrong_token_is_refused_everywhere(self, line: Line, token: str) -> None:
        for answer in (
            await line.phone.post(RING, token=token),
            await line.phone.ask("GET", f"/ring?number=02079460112&token={token}"),
            await line.phone.ask("GET", f"/api/v1/3cx/{token}/lookup?number=02079460112"),
            await line.phone.ask("POST", f"/api/v1/3cx/{token}/journal", b"{}"),
        ):
            assert answer.status in ((401,) if token else (401, 404))
            assert TOKEN not in answer.body
        assert await line.calls() == []

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"host": "evil.example.com"}, 403),
            ({"host": "127.0.0.1.evil.example.com:4748"}, 403),
            ({"host": ""}, 400),
            ({"origin": "http://127.0.0.1:4748"}, 403),
            ({"origin": "null"}, 403),
            ({"sec_fetch_site": "cross-site"}, 403),
            ({"host": "localhost:1"}, 200),
            ({"host": "[::1]:4748"}, 200),
        ],
    )
    async def test_web_pages_and_other_names_for_this_machine_are_kept_out(
        self, line: Line, headers: dict[str, str], status: int
    ) -> None:
        assert (await line.phone.post(RING, **headers)).status == status
        assert len(await line.calls()) == (status == 200)

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", f"/api/v1/cti/{TOKEN}", 405),
            ("POST", f"/ring?token={TOKEN}", 405),
            ("GET", "/", 404),
            ("GET", f"/api/v1/cti/{TOKEN}/more", 404),
            ("GET", "/%ff", 400),
        ],
    )
    async def test_what_is_asked_otherwise_is_not_done(self, line: Line, method: str, path: str, status: int) -> None:
        assert (await line.phone.ask(method, path)).status == status

    @pytest.mark.parametrize("data", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nA: " + b"x" * 20000])
    async def test_what_is_no_http_is_answered_shortly_and_the_next_one_is_served(
        self, line: Line, data: bytes
    ) -> None:
        answer = await line.phone.send(data + b"\r\n\r\n")
        assert answer.status in (400, 431)
        assert (await line.phone.post(RING)).status == 200


class TestDatabase:
    """What the database does not take."""

    async def test_it_is_said_and_tried_again_until_it_is_taken(self, line: Line, desk_file: Path) -> None:
        outside = sqlite3.connect(desk_file, isolation_level=None)
        outside.execute(
            "CREATE TRIGGER full BEFORE INSERT ON call BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        answer = await line.phone.post(RING)
        assert (answer.status, "disk is full" in answer.json["error"]) == (503, True)
        assert "tried again" in next(iter(line.listener.seen)).became
        taken = asyncio.Event()
        line.listener._told = lambda _event, _heard: taken.set()
        outside.execute("DROP TRIGGER full")
        outside.close()
        await asyncio.wait_for(taken.wait(), 15)
        [call] = await line.calls()
        assert call.number == "+442079460112"


class TestBounds:
    """Nobody asks too often, and nothing grows."""

    async def test_a_source_is_heard_20_times_a_second(self, line: Line) -> None:
        answers = await asyncio.gather(*(line.phone.post({**RING, "callId": str(number)}) for number in range(40)))
        found = Counter(answer.status for answer in answers)
        assert set(found) == {200, 429}
        assert 20 <= found[200] < 40
        assert len(await line.calls()) == found[200]

    async def test_whoever_has_no_token_takes_nothing_from_who_has(self, line: Line) -> None:
        answers = await asyncio.gather(*(line.phone.post(RING, token="forged") for _ in range(200)))
        assert {answer.status for answer in answers} <= {401, 0}
        assert (await line.phone.post(RING)).status == 200
        seen = list(line.listener.seen)
        assert len(seen) == 2
        assert seen[1].times == sum(answer.status == 401 for answer in answers)

    def test_a_bucket_fills_again_and_sources_are_forgotten(self) -> None:
        now = 0.0
        limits = Limits(clock=lambda: now)
        assert [limits.allow("a") for _ in range(A_SECOND + 1)] == [True] * A_SECOND + [False]
        now = 0.5
        assert [limits.allow("a") for _ in range(11)] == [True] * 10 + [False]
        for number in range(1000):
            limits.allow(number)
        assert len(limits._buckets) <= 256

    async def test_a_connection_is_kept_for_the_next_event(self, line: Line) -> None:
        body = json.dumps(RING).encode()
        one = (
            f"POST /api/v1/cti/{TOKEN} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n"
        ).encode()
        answer = await line.phone.send(one + b"\r\n" + body + one + b"Connection: close\r\n\r\n" + body)
        assert answer.head.startswith("HTTP/1.1 200")
        assert answer.body.count("HTTP/1.1 200") == 1

    @pytest.mark.parametrize("line", [PhoneSettings(channel=Channel.THREECX)], indirect=True)
    async def test_the_desks_own_command_is_known_by_its_key(self, line: Line) -> None:
        assert (await line.phone.post(RING, token=KEY)).status == 200
        assert [seen.source for seen in line.listener.seen] == ["command"]
        [call] = await line.calls()
        assert call.channel == "3cx"
