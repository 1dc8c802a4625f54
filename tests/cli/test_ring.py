"""`ring`, `listen`, `3cx-template` and `callbacks`: the program as phones, scripts and people use it."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from callintake.telephony import doorbell
from callintake.telephony.doorbell import Doorbell
from tests.cli.conftest import Run

AMARA = "442079460112"


class Listening:
    """`callintake listen`, running."""

    def __init__(self, place: Path) -> None:
        argv = [sys.executable, "-m", "callintake", "--db", str(place), "--agent", "kim", "listen", "--port", "0"]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.address = self.output.readline().removeprefix("listening on ").strip()

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)


@pytest.fixture
def listening(desk_file: Path, home: Path) -> Iterator[Listening]:
    running = Listening(desk_file)
    yield running
    if running.process.poll() is None:
        running.end()
    running.output.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_a_ring_goes_to_who_listens_and_the_port_is_let_go_of_at_the_end(
    cli: Run, desk_file: Path, listening: Listening
) -> None:
    assert listening.address.startswith("http://127.0.0.1:")
    assert cli("ring", "--from", AMARA, "--call-id", "a", "--name", "Amara").status == 0
    assert "ring, inbound, 442079460112" in listening.output.readline()
    assert doorbell.find(str(desk_file)) is not None
    assert listening.end() == 0
    assert doorbell.find(str(desk_file)) is None
    [call] = cli("calls", "list", "--json").json
    assert (call["caller_number"], call["announced_name"], call["call_id"]) == ("+442079460112", "Amara", "a")


def test_a_ring_that_nobody_listens_to_is_on_record_all_the_same(bare: Run, tmp_path: Path) -> None:
    place = str(tmp_path / "new" / "desk.db")
    ring = ("--db", place, "ring", "--from", "+442079460112", "--to", "442079460100", "--channel", "3cx")
    assert bare(*ring).status == 0
    assert bare(*ring, "--event", "hangup", "--cause", "noAnswer").status == 0
    [call] = bare("--db", place, "calls", "list", "--json").json
    assert (call["missed"], call["channel"], call["cause"]) == (True, "3cx", "noAnswer")
    assert call["dialled_number"] == "+442079460100"


@pytest.mark.parametrize("left", [Doorbell(9, "dead"), None])
def test_a_desk_that_was_killed_keeps_no_ring_from_the_record(cli: Run, desk_file: Path, left: Doorbell | None) -> None:
    if left is not None:
        doorbell.hang_out(str(desk_file), left)
    else:
        doorbell.doorbell_file(str(desk_file)).parent.mkdir(parents=True)
        doorbell.doorbell_file(str(desk_file)).write_text("[")
    assert cli("ring", "--from", AMARA).status == 0
    assert len(cli("calls", "list", "--json").json) == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--from", "%CallerNumber%"), "3CX client"),
        (("--from", AMARA, "--name", "[Name]"), "3cx-template"),
        (("--from", AMARA, "--call-id", "x" * 300), "longer than 250"),
    ],
)
def test_what_is_no_event_is_refused_and_the_desk_is_not_even_made(
    bare: Run, tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    place = tmp_path / "desk.db"
    result = bare("--db", str(place), "ring", *args)
    assert result.status == 1
    assert said in result.complaint
    assert not place.exists()


@pytest.mark.parametrize("args", [(), ("--from", ""), ("--from", "1", "--event", "ring"), ("--from", "1", "more")])
def test_a_wrong_ring_is_wrong_usage(bare: Run, args: tuple[str, ...]) -> None:
    assert bare("ring", *args).status == 2


def test_options_before_the_ring_mean_the_same(bare: Run, desk_file: Path) -> None:
    assert bare("--agent", "ring", "--db", str(desk_file), "agents", "list").status == 0
    assert bare("--db", str(desk_file), "ring", "--from", AMARA, "--agent", "kim").status == 0


def test_the_token_is_made_once_and_kept_for_its_owner_alone(bare: Run, home: Path) -> None:
    token = bare("listen", "--show-token").out.strip()
    assert len(token) >= 32
    assert bare("listen", "--show-token").out.strip() == token
    file = home / "data" / "callintake" / "cti-token"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_token_of_the_environment_is_used_and_not_kept(
    bare: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLINTAKE_CTI_TOKEN", "from-the-environment")
    assert bare("listen", "--show-token").out == "from-the-environment\n"
    assert not (home / "data").exists()


def test_the_template_is_filled_in_for_this_desk(bare: Run, tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text("[telephony]\ncreate_contacts = true\nport = 5001\n", encoding="utf-8")
    result = bare("--config", str(settings), "3cx-template", "--host", "192.0.2.7")
    crm = ElementTree.fromstring(result.out)
    defaults = {one.attrib["Name"]: one.attrib["Default"] for one in crm.findall(".//Parameter")}
    assert defaults["Url"] == "http://192.0.2.7:5001"
    assert defaults["Token"] == bare("listen", "--show-token").out.strip()
    assert crm.find(".//Scenario[@Id='CreateContactRecord']") is not None
    assert "whole address" in bare("3cx-template", "--url", "desk.example.com").complaint


def test_a_port_that_is_taken_is_said_in_one_line(cli: Run, listening: Listening) -> None:
    port = listening.address.rpartition(":")[2]
    assert f"port {port}" in cli("listen", "--port", port).complaint
    assert cli("listen", "--port", "65536").status == 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("", "OK|`callintake ring` reaches the open desk"),
        ("[telephony]\nlisten = true\nport = 0\n", "OK|while the desk is open"),
        ('[telephony]\nlisten = true\nport = 0\nhost = "0.0.0.0"\n', "WARN|crosses the network unencrypted"),
    ],
)
def test_the_doctor_says_whether_phones_are_heard(cli: Run, tmp_path: Path, settings: str, said: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(settings, encoding="utf-8")
    sign, words = said.split("|")
    findings = cli("--config", str(file), "doctor", "--json").json["findings"]
    assert any(
        one["sign"] == sign.replace("OK", "ok").replace("WARN", "warn") and words in one["said"] for one in findings
    )


def test_the_doctor_finds_a_port_that_is_taken_and_a_token_that_others_read(
    cli: Run, tmp_path: Path, listening: Listening, home: Path
) -> None:
    port = listening.address.rpartition(":")[2]
    file = tmp_path / "config.toml"
    file.write_text(f"[telephony]\nlisten = true\nport = {port}\n", encoding="utf-8")
    listening_elsewhere = str(tmp_path / "other.db")
    token = home / "data" / "callintake" / "cti-token"
    token.chmod(0o644)
    result = cli("--config", str(file), "--db", listening_elsewhere, "doctor")
    assert result.status == 1
    assert f"port {port}" in result.out
    if os.name == "posix":
        assert f"chmod 600 {token}" in result.out


def test_callbacks_are_listed_owned_and_cleared(cli: Run) -> None:
    assert cli("callbacks", "list").out == "nobody is to be called back\n"
    cli("ring", "--from", AMARA, "--call-id", "a")
    cli("ring", "--from", AMARA, "--call-id", "a", "--event", "hangup")
    [due] = cli("callbacks", "list", "--json").json
    assert (due["owner"], due["tel"], due["missed"]) == (None, "tel:+442079460112", True)
    assert "Okafor" in due["contacts"][0]
    assert "missed" in cli("calls", "list").out
    assert cli("callbacks", "own", due["id"][:8]).status == 0
    assert "kim" in cli("callbacks", "list").out
    assert "needs a terminal" in cli("callbacks", "call", due["id"][:8]).complaint
    assert "with a reason" in cli("callbacks", "clear", due["id"][:8], "--why", " ").complaint
    assert cli("callbacks", "clear", due["id"][:8], "--why", "a fax").status == 0
    assert cli("callbacks", "list", "--json").json == []
    [call] = cli("calls", "list", "--json").json
    assert (call["disposition"], call["reason"]) == ("dropped", "a fax")
