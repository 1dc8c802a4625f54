"""The template says what 3CX's documentation of its format asks for; a PBX that follows it speaks to the listener."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from callintake.domain.phone_settings import PhoneSettings
from callintake.telephony.template import template
from tests.telephony.conftest import TOKEN, Answer, Line

OUTPUTS = {"FirstName", "LastName", "CompanyName", "Email", "PhoneBusiness", "PhoneMobile", "EntityId", "EntityType"}
PREDEFINED = {
    *("Number", "Name", "CallType", "CallDirection", "Agent", "Duration"),
    *("CallStartTimeUTC", "CallEndTimeUTC", "IIf", "EntityId"),
}
"""Variables that the documentation promises in a template."""
CREATING = pytest.mark.parametrize("line", [PhoneSettings(create_contacts=True)], indirect=True)


class Pbx:
    """A 3CX as its documentation describes it: it fills the template in, asks, and reads the answer by its paths."""

    def __init__(self, text: str, line: Line) -> None:
        self.crm = ElementTree.fromstring(text)
        self.phone = line.phone
        self.settings = {
            one.attrib["Name"]: one.attrib["Default"].replace("[Url]", "") for one in self.crm.findall(".//Parameter")
        }

    def scenario(self, name: str) -> Element:
        [found] = [one for one in self.crm.findall(".//Scenario") if one.attrib["Id"] == name]
        return found

    def filled(self, text: str, **call: str) -> str:
        """Text with its variables filled in, dates in the format that is asked for."""
        known = {**self.settings, **call}
        text = re.sub(r'\[\[(\w+)\]\.ToString\("yyyy-MM-ddTHH:mm:ssZ"\)\]', lambda found: known[found[1]], text)
        return re.sub(r"\[(\w+)\]", lambda found: known[found[1]], text)

    async def run(self, name: str, **call: str) -> Answer:
        request = self.scenario(name).find("Request")
        assert request is not None
        path = self.filled(request.attrib["Url"], **call).partition("//")[2].partition("/")[2]
        path = path.replace("+", "%2B")
        if request.attrib["RequestType"] == "Get":
            return await self.phone.ask("GET", f"/{path}")
        values = request.findall("PostValues/Value")
        body = {one.attrib["Key"]: self.filled(one.text or "", **call) for one in values}
        kind = request.attrib["RequestContentType"]
        return await self.phone.ask("POST", f"/{path}", json.dumps(body).encode(), content_type=kind)

    def outputs(self, name: str, answer: Any) -> list[dict[str, str]]:
        """What 3CX makes of an answer: nothing, unless the rule finds something."""
        scenario = self.scenario(name)
        rule = scenario.find("Rules/Rule")
        assert rule is not None
        assert rule.text is not None
        root = rule.text.partition(".")[0]
        found = []
        for entry in answer[root]:
            variables = {
                one.attrib["Name"]: entry[one.attrib["Path"].partition(".")[2]]
                for one in scenario.findall("Variables/Variable")
            }
            filled = {
                one.attrib["Type"]: re.sub(r"\[(\w+)\]", lambda name, of=variables: of[name[1]], one.attrib["Value"])
                for one in scenario.findall("Outputs/Output")
            }
            found.append(filled)
        return found


@pytest.fixture
def pbx(line: Line) -> Pbx:
    settings = line.listener._settings
    return Pbx(template(line.listener.url, TOKEN, create_contacts=settings.create_contacts), line)


@pytest.mark.parametrize("create_contacts", [False, True])
def test_the_template_has_what_the_format_asks_for(create_contacts: bool) -> None:
    text = template('https://desk.example.com/?a="b"&c', "t<o>ken", create_contacts=create_contacts, country="NO")
    crm = ElementTree.fromstring(text)
    assert crm.tag == "Crm"
    assert (crm.attrib["Country"], crm.attrib["Name"], int(crm.attrib["Version"])) == ("NO", "callintake", 1)
    assert [child.tag for child in crm] == ["Number", "Connection", "Parameters", "Authentication", "Scenarios"]
    number, connection = crm[0], crm[1]
    assert number.attrib["Prefix"] in {"AsIs", "Off", "Plus", "Zeros"}
    assert int(connection.attrib["MaxConcurrentRequests"]) > 0
    parameters = {one.attrib["Name"]: one.attrib for one in crm.findall(".//Parameter")}
    assert all({"Type", "Parent", "Editor", "Title", "Default"} <= set(one) for one in parameters.values())
    assert parameters["Url"]["Default"].endswith('"b"&c')
    ids = [one.attrib["Id"] for one in crm.findall(".//Scenario")]
    assert ids == ["", *(["CreateContactRecord"] if create_contacts else []), "ReportCall"]
    for scenario in crm.findall(".//Scenario"):
        assert scenario.attrib["Type"] == "REST"
        request = scenario.find("Request")
        assert request is not None
        assert request.attrib["RequestType"] in {"Get", "Post"}
        assert request.attrib["ResponseType"] == "Json"
        # `PostValues` excludes `Message`.
        assert (request.find("PostValues") is not None) == (request.attrib["RequestType"] == "Post")
        assert "Message" not in request.attrib
    outputs = {one.attrib["Type"] for one in crm.findall(".//Scenario[@Id='']/Outputs/Output")}
    assert outputs == OUTPUTS


@pytest.mark.parametrize("create_contacts", [False, True])
def test_every_variable_is_one_that_3cx_fills_in(create_contacts: bool) -> None:
    crm = ElementTree.fromstring(template("https://d.example.com", "t", create_contacts=create_contacts))
    given = {one.attrib["Name"] for one in crm.findall(".//Parameter")}
    for scenario in crm.findall(".//Scenario"):
        named = {one.attrib["Name"] for one in scenario.findall("Variables/Variable")}
        for element in scenario.iter():
            for text in (*element.attrib.values(), element.text or ""):
                assert set(re.findall(r"\[(\w+)", text)) <= PREDEFINED | given | named


async def test_a_3cx_looks_a_caller_up(line: Line, pbx: Pbx) -> None:
    answer = await pbx.run("", Number="+442079460112")
    [found] = pbx.outputs("", answer.json)
    assert found["FirstName"] == "Amara"
    assert found["LastName"] == "Okafor"
    assert (found["PhoneBusiness"], found["EntityType"]) == ("+442079460112", "Contacts")
    assert (await pbx.run("", Number="+442079460999")).json == {"contacts": []}
    assert (await pbx.run("", Number="201")).json == {"contacts": []}
    assert await line.calls() == []


@CREATING
async def test_a_3cx_puts_an_unknown_caller_on_file_where_it_may(line: Line, pbx: Pbx) -> None:
    answer = await pbx.run("CreateContactRecord", Number="+442079460777")
    assert answer.status == 200
    [found] = pbx.outputs("CreateContactRecord", answer.json)
    assert found["PhoneBusiness"] == "+442079460777"
    [again] = pbx.outputs("", (await pbx.run("", Number="+442079460777")).json)
    assert again["EntityId"] == found["EntityId"]


async def test_nobody_is_put_on_file_where_the_settings_do_not_say_so(line: Line) -> None:
    body = json.dumps({"number": "+442079460777"}).encode()
    answer = await line.phone.ask("POST", f"/api/v1/3cx/{TOKEN}/contact", body, content_type="application/json")
    assert (answer.status, "create_contacts" in answer.json["error"]) == (422, True)


def journal(kind: str, began: datetime, talked: int, rang: int = 6, number: str = "+442079460112") -> dict[str, str]:
    return {
        "CallType": kind,
        "Number": number,
        "Name": "Okafor, Amara",
        "Agent": "201",
        "Duration": str(timedelta(seconds=talked)).zfill(8),
        "CallStartTimeUTC": f"{began:%Y-%m-%dT%H:%M:%SZ}",
        "CallEndTimeUTC": f"{began + timedelta(seconds=rang + talked):%Y-%m-%dT%H:%M:%SZ}",
    }


@pytest.mark.parametrize(
    ("kind", "direction", "talked", "became"),
    [
        ("Inbound", "inbound", 250, (None, False)),
        ("Missed", "inbound", 0, (None, True)),
        ("Outbound", "outbound", 61, (None, False)),
        ("Notanswered", "outbound", 0, ("dropped", False)),
    ],
)
async def test_a_3cx_reports_each_call_once_with_its_times(
    line: Line, pbx: Pbx, kind: str, direction: str, talked: int, became: tuple[str | None, bool]
) -> None:
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
    for _ in range(2):
        assert (await pbx.run("ReportCall", **journal(kind, began, talked))).status == 200
    [call] = await line.calls()
    assert (call.channel, call.direction, call.number) == ("3cx", direction, "+442079460112")
    assert (call.started_at, call.ended_at) == (began, began + timedelta(seconds=6 + talked))
    assert (call.talk_seconds, call.wait_seconds) == (talked or None, 6)
    assert (call.disposition, call.is_missed) == became


async def test_the_ring_of_the_client_and_the_report_of_the_server_are_one_call(line: Line, pbx: Pbx) -> None:
    await line.phone.open("/ring", token=TOKEN, number="+442079460112", channel="3cx")
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=2)
    await pbx.run("ReportCall", **journal("Missed", began, 0))
    [call] = await line.calls()
    assert (call.started_at, call.is_missed) == (began, True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"CallType": "Chat"}, "“call_type” is “Chat”"),
        ({"Number": ""}, "“number” is missing"),
        ({"Duration": "soon"}, "“duration” is no time"),
        ({"CallStartTimeUTC": "yesterday"}, "“start” is no time"),
        ({"Number": "[Number]"}, "callintake 3cx-template"),
    ],
)
async def test_a_report_that_is_none_is_refused(line: Line, pbx: Pbx, changed: dict[str, str], said: str) -> None:
    answer = await pbx.run("ReportCall", **{**journal("Inbound", datetime.now(UTC), 5), **changed})
    assert answer.status == 422
    assert said in answer.json["error"]
