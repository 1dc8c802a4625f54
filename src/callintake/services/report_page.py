"""A report as one HTML page that needs nothing else: no script, no other file, nothing that was typed as markup."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from itertools import chain

from callintake.domain.report import Section
from callintake.domain.text import clean_block, clean_line
from callintake.services import plot_svg

_PAGE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1c1c; --line: #b8b8b8; --head: #f0f0f0; }
@media (prefers-color-scheme: dark) { :root { --paper: #161616; --ink: #e8e8e8; --line: #555; --head: #262626; } }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: .5rem 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.classification { border: 2px solid var(--ink); font-weight: bold; padding: .25rem .75rem; display: inline-block; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: start; vertical-align: top;
  overflow-wrap: anywhere; }
th { overflow-wrap: normal; }
td { white-space: pre-line; }
td:first-child { white-space: pre; }
th { background: var(--head); }
@media print {
  :root { --paper: #fff; --ink: #000; --line: #888; --head: #eee; }
  body { margin: 0; max-width: none; padding: 0; font-size: 9pt; }
  .scroll { overflow: visible; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
}
"""
_STYLE = _PAGE + plot_svg.STYLE


def report_page(
    title: str, classification: str, facts: Sequence[tuple[str, str]], sections: Sequence[Section]
) -> Iterator[str]:
    """Yield the page of a report, line by line: its classification and the facts of its making, then its tables."""
    # The browser itself refuses whatever else might get into the page.
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
    yield from (
        f"{line}\n"
        for line in chain(
            _head(title, classification, policy),
            (f"<p>{_text(name)}: <bdi>{_text(value)}</bdi></p>" for name, value in facts),
            chain.from_iterable(map(_section, sections)),
            ("</body>", "</html>"),
        )
    )


def _head(title: str, classification: str, policy: str) -> tuple[str, ...]:
    return (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title)} ({_text(classification)})</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        f'<p class="classification">{_text(classification)}</p>',
        f"<h1>{_text(title)}</h1>",
    )


def _section(section: Section) -> Iterator[str]:
    yield f"<h2>{_text(section.title)}</h2>"
    if section.plot is not None:
        yield from plot_svg.drawing(section.title, section.plot)
    rows = iter(section.rows)
    first = next(rows, None)
    if first is None:
        yield f"<p>{_text(section.instead)}</p>"
        return
    if section.plot is not None:
        # The drawing says it all to whoever sees it.
        yield "<details><summary>As a table</summary>"
    yield '<div class="scroll"><table>'
    heads = _row('th scope="col"', "th", [*section.header, *(["What to do"] if section.advice else [])])
    yield f"<thead>{heads}</thead>"
    yield "<tbody>"
    for place, row in enumerate(chain([first], rows)):
        yield _row('td dir="auto"', "td", [*row, *section.advice[place : place + 1]])
    yield "</tbody></table></div>"
    if section.plot is not None:
        yield "</details>"


def _row(opening: str, closing: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{opening}>{escape(clean_block(cell).strip())}</{closing}>' for cell in cells)}</tr>"


def _text(value: str) -> str:
    return escape(clean_line(value))
