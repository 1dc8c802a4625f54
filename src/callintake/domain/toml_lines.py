"""Where in a TOML file its keys stand: the parser of the standard library does not tell."""

import re

Path = tuple[str | int, ...]
"""Tables and keys by their names, elements of an array of tables by their places."""

# What is not closed goes on to the end of its line or of the text: looking for its end again and again takes minutes.
_PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""+|\Z)|'
    r"'''.*?(?:'''+|\Z)|"
    r'"(?:\\.|[^"\\\n])*"?|'
    r"'[^'\n]*'?|#[^\n]*|\n|[\[\]{}=.]|[\w-]+|.",
    re.DOTALL,
)
_OPENS, _CLOSES = ("[", "{"), ("]", "}")
_DEEPEST = 4
"""Names of a path that are kept: nobody needs more."""
_MOST_DOTS = 16


def is_too_deep(text: str) -> bool:
    """Whether a text has a key of so many parts that no file means it; asked before it is parsed, whatever it is.

    A key of a hundred thousand parts takes all the memory there is.
    """
    return any(pieces.count(".") > _MOST_DOTS for _, pieces in _statements(text))


def lines_of_keys(text: str) -> dict[Path, int]:
    """Return the line of every table and key of a TOML text that has been parsed; what is in inline tables is not told.

    An element of an array of tables is told by its place.
    """
    found: dict[Path, int] = {}
    lengths: dict[Path, int] = {}
    table: Path = ()
    for line, pieces in _statements(text):
        if pieces[0] != "[":
            found.setdefault((*table, *_names(pieces[: pieces.index("=")])), line)
        elif pieces[1] != "[":
            table = _placed(_names(pieces), lengths)
            found.setdefault(table, line)
        else:
            array = _placed(_names(pieces), lengths)
            found.setdefault(array, line)
            table = (*array, lengths.get(array, 0))
            lengths[array] = lengths.get(array, 0) + 1
            found[table] = line
    return found


def line_of(path: Path, lines: dict[Path, int]) -> int | None:
    """Return the line of a key, or of the nearest thing around it that has one."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def _statements(text: str) -> list[tuple[int, list[str]]]:
    """Return what each header or assignment is made of, with the line on which it begins."""
    statements: list[tuple[int, list[str]]] = []
    pieces: list[str] = []
    began, line, depth = 1, 1, 0
    for piece in _PIECE.findall(text.replace("\r\n", "\n") + "\n"):
        if piece == "\n" and depth == 0:
            if pieces:
                statements.append((began, pieces))
            pieces = []
        elif not piece.isspace() and not piece.startswith("#"):
            began = began if pieces else line
            pieces.append(piece)
            depth += (piece in _OPENS) - (piece in _CLOSES)
        line += piece.count("\n")
    return statements


def _names(pieces: list[str]) -> tuple[str, ...]:
    """Return the names in a header, or before an equals sign; of an escaped one, as it is written."""
    return tuple(piece.strip("\"'") for piece in pieces if piece not in ("[", "]", "."))[:_DEEPEST]


def _placed(names: tuple[str, ...], lengths: dict[Path, int]) -> Path:
    """Return the path of a header; under an array of tables it means the last element."""
    path: Path = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if place < len(names) - 1 and path in lengths:
            path = (*path, lengths[path] - 1)
    return path
