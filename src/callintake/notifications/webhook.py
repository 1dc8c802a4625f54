"""A message as each messenger takes it; what people said pings nobody there, and leads nowhere."""

import json
import re
from collections.abc import Callable
from typing import Any

from callintake.domain.notify_rules import Medium
from callintake.notifications.render import Rendered

_BREAK = "\u200b"
"""A zero-width space: no name after an @ is one with it inside, and no address is an address."""
_STARTS = re.compile(r"(?=@)|(?<=[@<])(?=\S)|(?<=:)(?=/)|(?<=\w)(?=\.\w)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#|~>])")


def payload(medium: Medium, rendered: Rendered) -> bytes:
    """Return the JSON of a message for a messenger."""
    return json.dumps(_FORMS[medium](rendered), ensure_ascii=False).encode("utf-8", "replace")


def plain(rendered: Rendered) -> str:
    """Return a message as text that any messenger shows as it is."""
    return "\n".join(_lines(rendered, inert, lambda number: number))


def inert(text: str) -> str:
    """Return text in which no messenger finds a name to ping or an address to open."""
    return _STARTS.sub(_BREAK, text)


def _lines(rendered: Rendered, escape: Callable[[str], str], bold: Callable[[str], str]) -> list[str]:
    head = f"{bold(rendered.number)} {escape(rendered.opening)}"
    facts = [f"{label}: {escape(value)}" for label, value in rendered.facts]
    return [head, *facts, *map(escape, (*rendered.lines, *rendered.closing))]


def _slack(rendered: Rendered) -> dict[str, Any]:
    # https://docs.slack.dev/messaging/formatting-message-text: the three signs that mean something are escaped.
    def escape(text: str) -> str:
        return inert(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    head, *rest = _lines(rendered, escape, lambda number: number)
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": plain(rendered)[:3000], "emoji": False}}]
    return {
        "text": "\n".join([head, *rest]),
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "blocks": blocks,
    }


def _mattermost(rendered: Rendered) -> dict[str, Any]:
    def escape(text: str) -> str:
        return _MARKDOWN.sub(r"\\\1", inert(text))

    # Two blanks at its end break a line in Markdown.
    return {"text": "  \n".join(_lines(rendered, escape, lambda number: f"**{number}**"))}


def _teams(rendered: Rendered) -> dict[str, Any]:
    # A text run of an Adaptive Card is no Markdown, and without entities it mentions nobody.
    def block(*runs: dict[str, Any]) -> dict[str, Any]:
        return {"type": "RichTextBlock", "inlines": list(runs)}

    def run(text: str, **more: Any) -> dict[str, Any]:
        return {"type": "TextRun", "text": inert(text), **more}

    number = {"type": "TextRun", "text": rendered.number, "weight": "Bolder"}
    facts = [block(run(f"{label}: ", isSubtle=True), run(value)) for label, value in rendered.facts]
    lines = [block(run(line)) for line in rendered.lines]
    closing = [block(run(line, isSubtle=True, size="Small")) for line in rendered.closing]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": f"{rendered.number} {inert(rendered.opening)}",
        "body": [block(number, run(f" {rendered.opening}")), *facts, *lines, *closing],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _googlechat(rendered: Rendered) -> dict[str, Any]:
    # Its text has no way to escape: the signs that mean something become others that look alike.
    signs = str.maketrans({"<": "‹", ">": "›", "*": "∗", "_": "＿", "~": "∼", "`": "ˋ"})

    def escape(text: str) -> str:
        return inert(text.translate(signs))

    return {"text": "\n".join(_lines(rendered, escape, lambda number: f"*{number}*"))}


def _generic(rendered: Rendered) -> dict[str, Any]:
    return {
        "number": rendered.number,
        "text": plain(rendered),
        "opening": rendered.opening,
        "facts": {label.lower(): value for label, value in rendered.facts},
        **({"lines": list(rendered.lines)} if rendered.lines else {}),
        "classification": rendered.closing[-1],
    }


_FORMS: dict[Medium, Callable[[Rendered], dict[str, Any]]] = {
    Medium.SLACK: _slack,
    Medium.MATTERMOST: _mattermost,
    Medium.TEAMS: _teams,
    Medium.GOOGLECHAT: _googlechat,
    Medium.GENERIC: _generic,
}
