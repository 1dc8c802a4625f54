"""Secrets in what is typed: found so that they can be kept out of notes, and marked where they are taken out (P4).

Each line is searched once: while somebody types, only the line that changed is searched again.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from callintake.domain.secret_forms import app_keys, cards, private_keys, worn
from callintake.domain.secret_span import SecretKind, SecretSpan
from callintake.domain.secret_words import codes, passwords, pins, tokens

__all__ = ["SecretKind", "SecretSpan", "kind_of", "mark", "occurrences", "redact", "secrets_in", "warning_of"]

_FINDERS = (worn, app_keys, cards, pins, codes, tokens, passwords)
"""What looks for secrets in a line, the surest first: where two find the same, the first says what it is."""
_PIECE, _OVERLAP = 2000, 200
"""Characters of a line that are searched at a time; a longer line is a log that was pasted."""
_PIECES_KEPT = 8192
_SHORTEST = 6
"""Characters of a line that could hold a secret, and the word before it."""
_MARK = re.compile(r"\[redacted: [^\]\n]{1,20}\]")


def secrets_in(text: str) -> tuple[SecretSpan, ...]:
    """Return what looks like a secret in a text, in order: the secret alone, without the words that lead to it."""
    return _apart([*private_keys(text), *_in_lines(text)])


def _in_lines(text: str) -> Iterator[SecretSpan]:
    """Yield what each line of a text says by itself, where it is in the text."""
    start = 0
    for line in text.split("\n"):
        if len(line) >= _SHORTEST:
            for at in range(0, max(len(line) - _OVERLAP, 1), _PIECE - _OVERLAP):
                for span in _in_piece(line[at : at + _PIECE]):
                    yield SecretSpan(start + at + span.start, start + at + span.end, span.kind)
        start += len(line) + 1


@lru_cache(_PIECES_KEPT)
def _in_piece(line: str) -> tuple[SecretSpan, ...]:
    """Return what a line says by itself."""
    return _apart([span for finder in _FINDERS for span in finder(line)])


def _apart(found: Sequence[SecretSpan]) -> tuple[SecretSpan, ...]:
    """Return spans in order of which none overlaps another: of two that do, the one found first, made to hold both."""
    apart: list[SecretSpan] = []
    for span in sorted(found, key=lambda one: one.start):
        if apart and span.start < apart[-1].end:
            before = apart[-1]
            apart[-1] = SecretSpan(before.start, max(before.end, span.end), before.kind)
        else:
            apart.append(span)
    return tuple(apart)


def mark(kind: SecretKind, text: str = "") -> str:
    """Return what stands in place of a secret; the ends of its lines stay, so that their times stay right."""
    return f"[redacted: {kind}]" + "\n" * text.count("\n")


def redact(text: str, span: SecretSpan) -> str:
    """Return a text with a mark in place of a secret."""
    return text[: span.start] + mark(span.kind, text[span.start : span.end]) + text[span.end :]


def kind_of(secret: str, text: str) -> SecretKind:
    """Return what kind of secret a part of a text looks like."""
    found = [(text[span.start : span.end], span.kind) for span in secrets_in(text)]
    return next((kind for one, kind in found if secret in one or one in secret), SecretKind.OTHER)


def occurrences(text: str, secret: str, kind: SecretKind = SecretKind.OTHER) -> tuple[SecretSpan, ...]:
    """Return where a secret stands in a text, but for what is redacted already.

    Inside a longer word it is taken for another one, unless it stands nowhere else.
    """
    if not secret:
        return ()
    unmarked = _MARK.sub(lambda match: "\0" * len(match[0]), text)
    anywhere = [SecretSpan(*match.span(), kind) for match in re.finditer(re.escape(secret), unmarked)]
    return tuple([span for span in anywhere if not _is_inside_word(text, span)] or anywhere)


def _is_inside_word(text: str, span: SecretSpan) -> bool:
    edges = (text[max(span.start - 1, 0) : span.start + 1], text[span.end - 1 : span.end + 1])
    return any(len(edge) == 2 and edge.isalnum() for edge in edges)


def warning_of(found: Sequence[SecretSpan]) -> str | None:
    """Return in words what was found, without any of it; None where nothing was."""
    if not found:
        return None
    kinds = list(dict.fromkeys(span.kind.value for span in found))
    named = " and ".join(filter(None, [", ".join(kinds[:-1]), kinds[-1]]))
    return f"Looks like a {named}. Take it out: everybody at the desk reads notes."
