"""The pages that a person sees when a phone opens an address: what happened, in one line."""

from html import escape

from callintake.telephony.http import Response

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>callintake</title>
<meta name="viewport" content="width=device-width">
<style>body{{font:1.1em system-ui,sans-serif;margin:3em auto;max-width:34em;color-scheme:light dark}}</style>
</head><body><h1>{title}</h1><p>{text}</p>{more}</body></html>
"""
_CLOSE = "<p>This page closes itself where the browser lets it.</p><script>setTimeout(close, 1500)</script>"


def page(status: int, title: str, text: str, *, close: bool = False) -> Response:
    """Return a page that needs nothing else."""
    filled = _PAGE.format(title=escape(title), text=escape(text), more=_CLOSE if close else "")
    return Response(status, filled.encode(), "text/html")
