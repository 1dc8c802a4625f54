"""Personal settings: which database, who I am, which region's numbers, which theme."""

import getpass
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callintake.domain.errors import Refused
from callintake.domain.phone_settings import PhoneSettings, phone_problem, phone_settings

_PHONES = "telephony"
_KNOWN = {"db", "agent", "region", "theme", _PHONES}


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one person on one machine; options win over the environment, and that over the file."""

    db: str
    """A path, or a `sqlite:///…` or `postgresql://…` address."""
    agent: str
    region: str = "GB"
    """ISO 3166 region whose numbers need no country code."""
    theme: str = "textual-dark"
    """A Textual theme; `textual-light` for light terminals."""
    phones: PhoneSettings = field(default_factory=PhoneSettings)


def data_folder() -> Path:
    """Return the folder where this user's desk lies, by the platform's custom."""
    from platformdirs import user_data_path

    return user_data_path("callintake", appauthor=False)


def config_file() -> Path:
    """Return where personal settings are looked for, by the platform's custom."""
    from platformdirs import user_config_path

    return user_config_path("callintake", appauthor=False) / "config.toml"


def load_config(db: str | None = None, agent: str | None = None, file: str | None = None) -> Config:
    """Return the settings in force.

    Raises:
        Refused: the file is named and not there, or says what can't be understood; its line is named, no value.
    """
    named = file or os.environ.get("CALLINTAKE_CONFIG")
    settings = _read(Path(named) if named else config_file(), needed=bool(named))
    return Config(
        db=db or os.environ.get("CALLINTAKE_DB") or settings.get("db") or str(data_folder() / "desk.db"),
        agent=agent or os.environ.get("CALLINTAKE_AGENT") or settings.get("agent") or _login(),
        region=settings.get("region", _locale_region()).upper(),
        theme=settings.get("theme", "textual-dark"),
        phones=phone_settings(settings.get(_PHONES, {})),
    )


def _read(path: Path, *, needed: bool) -> dict[str, Any]:
    try:
        text = path.expanduser().read_text(encoding="utf-8")
    except FileNotFoundError:
        if needed:
            raise Refused(f"there is no settings file at {path}") from None
        return {}
    except (OSError, ValueError, RuntimeError):
        raise Refused(f"the settings file {path} can't be read") from None
    import tomllib

    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"the settings file {path} is not TOML: {_place_of(error)}") from None
    for name, value in given.items():
        if name == _PHONES and (found := phone_problem(value)):
            raise Refused(f"{path}, line {_line_of(found[0] or name, text)}: {found[1]}")
        if problem := _problem(name, value):
            raise Refused(f"{path}, line {_line_of(name, text)}: {problem}")
    return given


def _problem(name: str, value: object) -> str | None:
    """What is wrong with a setting, without its value: that may be a secret in the wrong place."""
    if name not in _KNOWN:
        return f"there is no such setting; there are: {', '.join(sorted(_KNOWN))}"
    if name == _PHONES:
        return None
    if not isinstance(value, str) or not value.strip():
        return f"{name} is text"
    if name == "region" and not _is_region(value):
        return "region is an ISO 3166 code such as GB"
    if name == "db" and "://" not in value and not value.startswith("~") and not Path(value).is_absolute():
        return "db is a whole path, or an address such as postgresql://…"
    return None


def _line_of(name: str, text: str) -> int:
    """The line on which a setting or table stands, as near as text tells."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip().lstrip("[").lstrip("\"'").startswith(name):
            return number
    return 1


def _place_of(error: ValueError) -> str:
    _, _, place = str(error).rpartition("(at ")
    return place.removesuffix(")") or "look at its syntax"


def _is_region(given: str) -> bool:
    return len(given) == 2 and given.isascii() and given.isalpha()


def _locale_region() -> str:
    # Not locale.getlocale(): it takes C.UTF-8 for American English.
    language = os.environ.get("LC_ALL") or os.environ.get("LC_TELEPHONE") or os.environ.get("LANG") or ""
    _, _, region = language.partition("_")
    region = region.partition(".")[0].upper()
    return region if _is_region(region) else "GB"


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "agent"
