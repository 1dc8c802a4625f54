"""Facts found in Live notes while an agent types: numbers, addresses, tags, tickets, and who is calling.

Each line is searched once: while somebody types, only the line that changed is searched again.
"""

from collections.abc import Iterator
from functools import lru_cache

from callintake.domain.correction import corrected
from callintake.domain.fact import Fact, FactKind, blanked
from callintake.domain.heard_names import names
from callintake.domain.heard_numbers import assets, numbers
from callintake.domain.routing import ASSET_PATTERN
from callintake.domain.spoken import emails

__all__ = ["ASSET_PATTERN", "Fact", "FactKind", "find_facts"]

_SEARCHED = 2000
"""Characters of a line that are searched; a longer one is a log that was pasted."""
_LINES_KEPT = 8192
"""Lines whose facts are remembered: more than a note of 64 KiB has, unless most of them say nothing."""


def find_facts(text: str, region: str, asset_pattern: str = ASSET_PATTERN) -> tuple[Fact, ...]:
    """Return the facts in a text in their order, each once, and none that its own words take back.

    `region` (ISO 3166) tells what a number without `+` means, `asset_pattern` how an asset tag looks in capitals.
    """
    first: dict[tuple[FactKind, str], Fact] = {}
    for fact in corrected(text, list(_in_lines(text, region, asset_pattern))):
        first.setdefault((fact.kind, fact.value), fact)
    return tuple(first.values())


def _in_lines(text: str, region: str, asset_pattern: str) -> Iterator[Fact]:
    """Yield what each line of a text says by itself, where it is in the text."""
    start = 0
    for line in text.split("\n"):
        if not line.isspace() and line:
            for fact in _in_line(line[:_SEARCHED], region, asset_pattern):
                yield Fact(fact.kind, fact.value, fact.said, start + fact.at, fact.corrected, fact.problem)
        start += len(line) + 1


@lru_cache(_LINES_KEPT)
def _in_line(line: str, region: str, asset_pattern: str) -> tuple[Fact, ...]:
    """Return what one line says by itself."""
    addresses = emails(line)
    tags = assets(blanked(line, addresses), asset_pattern)
    tickets, phones = numbers(blanked(line, addresses, tags), region)
    found = {
        FactKind.EMAIL: addresses,
        FactKind.ASSET: tags,
        FactKind.TICKET: tickets,
        FactKind.PHONE: phones,
        FactKind.NAME: names(blanked(line, addresses, tags)),
    }
    facts = [
        Fact(kind, one.value, line[one.start : one.end], one.start, one.corrected, one.problem)
        for kind, some in found.items()
        for one in some
    ]
    return tuple(sorted(facts, key=lambda fact: fact.at))
