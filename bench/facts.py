"""How many of the facts in Live notes are found, and how many of those found are facts.

Run: python bench/facts.py. Over the lines of tests/data/facts.json: the scripts, and two batches of lines that agents
might type, the second of which the rules were not made from.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"
REGION = "GB"
Counts = dict[str, Counter[str]]


def count(
    entries: list[dict], find: Callable[[str, str], set[tuple[str, str]]], kinds: list[str], shown: bool
) -> Counts:
    """Per kind: how many facts are expected, found, and both."""
    counts: Counts = {kind: Counter() for kind in kinds}
    for entry in entries:
        expected = {(fact["kind"], fact["value"]) for fact in entry["facts"] if fact["kind"] in kinds}
        found = {fact for fact in find(entry["line"], entry.get("region", REGION)) if fact[0] in kinds}
        for name, facts in (("expected", expected), ("found", found), ("right", expected & found)):
            for kind, _ in facts:
                counts[kind][name] += 1
        if shown and expected != found:
            print(f"  {entry['line']!r}\n    missed {sorted(expected - found)}, wrong {sorted(found - expected)}")
    return counts


def print_table(title: str, counts: Counts) -> None:
    """Print one table."""
    print(f"\n{title}\n{'kind':<14}{'expected':>9}{'found':>7}{'right':>7}{'precision':>11}{'recall':>8}")
    for kind, of in counts.items():
        precision = f"{of['right'] / of['found']:.2f}" if of["found"] else "-"
        recall = f"{of['right'] / of['expected']:.2f}" if of["expected"] else "-"
        print(f"{kind:<14}{of['expected']:>9}{of['found']:>7}{of['right']:>7}{precision:>11}{recall:>8}")


def main(shown: bool) -> None:
    """Print the tables of scripts, of each batch, and of all together; with `-v` also each line that goes wrong."""
    from callintake.domain.facts import FactKind, find_facts

    corpus = json.loads((DATA / "facts.json").read_text(encoding="utf-8"))
    scripts = [entry for heard in corpus["scripts"].values() for entry in heard]
    lines = corpus["lines"]
    kinds = [kind for kind in FactKind if kind not in (FactKind.CONTACT, FactKind.ORGANIZATION)]

    def find(line: str, region: str) -> set[tuple[str, str]]:
        return {(str(fact.kind), fact.value) for fact in find_facts(line, region)}

    with tempfile.TemporaryDirectory() as folder:
        try:
            from callintake.services.known import known_in_text
        except ImportError:
            print("people and organizations of the directory: not looked for, callintake.services.known is not there")
            everything, close = find, lambda: None
        else:
            kinds = list(FactKind)
            store = _furnished(f"{folder}/desk.db")
            close = store.close

            def everything(line: str, region: str) -> set[tuple[str, str]]:
                with store.transaction() as session:
                    known = {(str(fact.kind), _value(fact)) for fact in known_in_text(session, line)}
                return find(line, region) | known

        for title, entries in (
            ("the eight scripts", scripts),
            ("lines, first batch", [line for line in lines if line["batch"] == 1]),
            ("lines, second batch", [line for line in lines if line["batch"] == 2]),
        ):
            print_table(title, count(entries, everything, kinds, shown))
        print_table("all together", count(scripts + lines, everything, kinds, False))
        close()


def _value(fact: object) -> str:
    """The value a fact is expected with: of a contact, the e-mail address."""
    contact = getattr(fact, "contact", None)
    return contact.email if contact is not None and contact.email else fact.value  # type: ignore[attr-defined]


def _furnished(place: str):
    """Open a desk with the directory of the scripts."""
    from callintake.services import agents, directory
    from callintake.store.database import open_store

    store = open_store(place)
    with store.transaction() as session:
        agents.sign_in(session, "kim")
        with (DATA / "directory.csv").open(encoding="utf-8") as rows:
            directory.import_contacts(session, rows, REGION, "kim")
    return store


if __name__ == "__main__":
    main("-v" in sys.argv[1:])
