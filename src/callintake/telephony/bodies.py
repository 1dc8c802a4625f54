"""The bodies of requests: JSON and forms, of strict types."""

import json
from typing import Any, NoReturn

from callintake.domain.errors import Refused
from callintake.telephony.dialects import Fields
from callintake.telephony.http import Request, parse_fields

_LIST = "[]"
_SEVERAL = ("user", f"user{_LIST}")
"""What may be given several times."""


def fields_of(request: Request) -> Fields:
    """Return what the body of a request says, by name.

    Raises:
        Refused: it is neither JSON nor a form, or a value is of another type than text.
    """
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    try:
        text = request.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("the body is not UTF-8") from None
    if kind == "application/json" or (not kind and text.lstrip().startswith("{")):
        return _from_json(text)
    if kind in ("application/x-www-form-urlencoded", ""):
        return _from_form(text)
    raise Refused("send JSON (application/json) or a form (application/x-www-form-urlencoded)")


def _from_json(text: str) -> Fields:
    try:
        given = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise Refused("the body is not JSON") from None
    if not isinstance(given, dict):
        raise Refused("the body is not a JSON object")
    fields: dict[str, str | tuple[str, ...]] = {}
    for name, value in given.items():
        if value is None:
            continue
        if isinstance(value, str):
            fields[name] = value
        elif name in _SEVERAL and isinstance(value, list) and all(isinstance(one, str) for one in value):
            fields[name] = tuple(value)
        else:
            raise Refused(f"“{name[:40]}” is not text")
    return fields


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise Refused("a name is given twice in one object")
    return made


def _constant(word: str) -> NoReturn:
    raise ValueError(word)


def _from_form(text: str) -> Fields:
    try:
        pairs = parse_fields(text)
    except ValueError:
        raise Refused("the body is not a form that can be read") from None
    if not pairs:
        raise Refused("there is nothing in the body")
    fields: dict[str, str | tuple[str, ...]] = {}
    for name, value in pairs:
        if name in fields or name.endswith(_LIST):
            known = fields.get(name, ())
            fields[name] = (*((known,) if isinstance(known, str) else known), value)
        else:
            fields[name] = value
    return fields
