"""The scripts of calls, each played key by key by an agent; what comes of it is for the tests to judge."""

import re
from collections.abc import Callable
from typing import Any

from tests.services.verifying import app_code
from tests.terminal.agent import Agent

Tell = Callable[..., None]
"""Tells the desk of an event as a phone does."""


def known_caller(agent: Agent) -> dict[str, Any]:
    """01: a known contact calls from the number on file, and says her PIN."""
    agent.hear()
    agent.take("Amara Okafor")
    agent.take("ND-0441")
    agent.compare(agent.script["verification"]["said"])
    agent.wait_for("GATE OPEN")
    agent.choose("p", "h")
    return agent.raise_ticket()


def facts_out_of_order(agent: Agent) -> dict[str, Any]:
    """02: an unknown caller; who they are comes last, one digit corrected; an approver of theirs is called."""
    agent.hear()
    for offered in (
        "+44 20 7946 0867",
        "hannah.weiss@riverbanklegal.example.com",
        "Hannah Weiss",
        "Riverbank Legal LLP",
    ):
        agent.take(offered)
    agent.hit("f7")
    agent.choose("n")
    agent.hit("f5")
    agent.wait_for(re.compile(r"Ask\s+Kofi\sMensah"))
    agent.hit("enter", "v", "enter")
    agent.wait_for("GATE OPEN")
    return agent.raise_ticket()


def not_authorized(agent: Agent) -> dict[str, Any]:
    """03: he proves who he is, and may not ask for this."""
    agent.hear()
    agent.take("Declan O'Brien")
    agent.say_called_back("v")
    agent.choose("ac")
    agent.wait_for("GATE SHUT")
    return agent.raise_ticket()


def fails_verification(agent: Agent) -> None:
    """04: a voice in a hurry is not who it says; the PIN is wrong twice, and the call is marked and refused."""
    agent.hear()
    agent.take("Priya Raman")
    agent.hit("f7")
    agent.choose("ac")
    first, again = agent.script["verification"]["said"]
    agent.compare(first)
    agent.wait_for("verification failed")
    agent.note(again)
    agent.hit("enter")
    agent.wait_gone("••")
    agent.hit("f10")
    agent.wait_for("marked suspicious")
    agent.hit("f9")
    agent.wait_for("how did it end")
    agent.hit(*"ref", "enter")
    agent.note("wanted a PIN read out, refused to be called back")
    agent.hit("enter")
    agent.wait_for("has the request")


def two_contacts_one_number(agent: Agent) -> dict[str, Any]:
    """05: two contacts share the number, and a third has nearly the same name; none is chosen unasked."""
    agent.hear()
    agent.take("Tom Lindquist")
    agent.compare(app_code())
    agent.wait_for("GATE OPEN")
    agent.choose("s")
    return agent.raise_ticket()


def follow_up(agent: Agent, number: str) -> dict[str, Any]:
    """06: the caller of 01 again; her number is misread once, and a detail goes on her ticket."""
    wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    heard = agent.script["heard"]
    agent.note(heard[0][1])
    agent.hit("enter")
    agent.note(wrong)
    agent.wait_for("can't be right")
    agent.hit("backspace")
    agent.note(number[-1])
    agent.wait_for(f"ctrl+f add to {number}")
    agent.hit("enter")
    agent.note(heard[2][1])
    agent.take("Amara Okafor")
    agent.compare(agent.script["verification"]["said"])
    agent.wait_for("GATE OPEN")
    agent.hit("ctrl+f")
    agent.wait_for("This call was added to")
    return agent.ticket(agent.number_read_out())


def drops_then_another_rings(agent: Agent) -> tuple[dict[str, Any], dict[str, Any]]:
    """07: the line drops in mid-sentence, a second call is taken to its ticket, then the first caller is back."""
    heard = agent.script["heard"]
    agent.note(heard[0][1])
    agent.take("José Martínez")
    agent.hit("f9")
    agent.wait_for("The caller hung up")
    agent.press("escape")
    agent.overhead += 1
    agent.wait_gone("The caller hung up")
    agent.hit("ctrl+n")
    agent.wait_for("parked")
    agent.note("Ingrid Sørensen, Fjordline: mail to one customer bounces, 550 5.7.1")
    agent.take("Ingrid Sørensen")
    agent.say_called_back("v")
    agent.wait_for("GATE OPEN")
    agent.choose("m")
    second = agent.raise_ticket()
    agent.hit("ctrl+s")
    agent.wait_for("José")
    agent.wait_for("wrap-up")
    agent.hit("f9", "f9")
    agent.wait_for("●")
    agent.note(" tablets 12 and 15, the flight is at 16:40 local")
    agent.say_called_back("v")
    agent.wait_for("GATE OPEN")
    agent.choose("so")
    return agent.raise_ticket(), second


def drops_then_another_rings_by_phone(agent: Agent, tell: Tell) -> tuple[dict[str, Any], dict[str, Any]]:
    """07 as its phone tells it: each call is taken from the tray, and the first caller goes on in the first call."""
    jose, ingrid = agent.script["event"]["from"], "4721949900"
    heard = agent.script["heard"][0][1]
    tell("newCall", jose, "c-07a")
    agent.wait_for("ctrl+y takes it")
    agent.hit("ctrl+y")
    agent.wait_for("Live notes")
    tell("answer", jose, "c-07a")
    agent.note(heard)
    agent.take("José Martínez")
    tell("hangup", jose, "c-07a", cause="normalClearing")
    agent.wait_for("wrap-up")
    tell("newCall", ingrid, "c-07b")
    agent.wait_for("ctrl+y takes it")
    agent.hit("ctrl+y")
    agent.wait_for("parked")
    agent.note("Ingrid Sørensen, Fjordline: mail to one ")
    tell("newCall", jose, "c-07c")
    agent.note("customer bounces, 550 5.7.1")
    agent.wait_for("ctrl+y goes on")
    agent.take("Ingrid Sørensen")
    agent.say_called_back("v")
    agent.wait_for("GATE OPEN")
    agent.choose("m")
    second = agent.raise_ticket()
    agent.hit("ctrl+y")
    agent.wait_for("José")
    agent.note(" tablets 12 and 15, the flight is at 16:40 local")
    agent.say_called_back("v")
    agent.wait_for("GATE OPEN")
    agent.choose("so")
    return agent.raise_ticket(), second


def accents_and_extension(agent: Agent) -> dict[str, Any]:
    """08: accents, an apostrophe, an extension, and an address that is spelled out."""
    agent.hear()
    agent.take("Siân Prys-Jones")
    agent.take("ext. 27")
    agent.say_called_back("v")
    agent.choose("ch")
    agent.wait_for("GATE OPEN")
    return agent.raise_ticket()
