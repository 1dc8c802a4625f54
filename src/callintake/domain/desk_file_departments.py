"""The departments of a desk file: their names, where they hear of requests, when they are there and who stands in."""

from dataclasses import dataclass, field

from callintake.domain.business_time import OpeningHours
from callintake.domain.cover import Cover, circle_of
from callintake.domain.desk_file_hours import hours_of_department
from callintake.domain.desk_file_notify import OF_DEPARTMENT, listeners_of
from callintake.domain.desk_file_table import GivenTable
from callintake.domain.errors import Refused
from callintake.domain.notify_rules import Listeners
from callintake.domain.routing import BUILT_IN
from callintake.domain.text import fold, words

_NAME = 60


@dataclass
class Departments:
    """What a desk file says of its departments."""

    names: tuple[str, ...] = BUILT_IN.departments
    listeners: list[Listeners] = field(default_factory=list)
    covers: tuple[Cover, ...] = ()


def departments_of(file: GivenTable, hours: OpeningHours | None) -> Departments:
    """Return the departments of a file; `hours` are those of the desk."""
    if "departments" not in file.values:
        return Departments()
    taken, listeners, tables = Names(), [], []
    for table in file.tables("departments"):
        table.only(("name", *OF_DEPARTMENT, "fallback", "hours"))
        name = taken.take(table) or ""
        listeners.append(listeners_of(table, name))
        tables.append((name, table))
    if not file.values["departments"]:
        file.refuse("departments", "one at least is needed")
    hearing = [fold(one.department) for one in listeners if any(one.targets())]
    covers = [_cover(table, name, hours, taken.names, hearing) for name, table in tables]
    known = tuple(cover for cover in covers if cover is not None)
    if circle := circle_of(known):
        file.refuse("departments", f"the fallbacks go round in a circle: {' → '.join(circle)}")
    return Departments(tuple(taken.names), listeners, known)


def department_of(given: str, departments: tuple[str, ...]) -> str:
    """Return the name of a department as it is written where it is introduced.

    Raises:
        Refused: there is none of that name.
    """
    found = next((one for one in departments if fold(one) == fold(given)), None)
    if found is None:
        raise Refused(f"there is no department “{given}”; there are: {', '.join(departments)}")
    return found


def _cover(
    table: GivenTable, name: str, desk: OpeningHours | None, departments: list[str], hearing: list[str]
) -> Cover | None:
    def fallback(given: str) -> str:
        found = department_of(given, tuple(departments))
        if fold(found) == fold(name):
            raise Refused("another department is needed")
        if fold(found) not in hearing:
            raise Refused(f"nothing says where {found} hears of requests: give it emails or webhooks")
        return found

    stands_in = table.checked("fallback", _NAME, fallback, None)
    if "hours" not in table.values:
        if "fallback" in table.values:
            table.refuse("fallback", "the department has no hours, so that it is never closed: add [departments.hours]")
        return None
    return Cover(name, hours_of_department(table.table("hours"), desk), stands_in)


class Names:
    """Names taken so far, each once, whatever its case, width or accents."""

    def __init__(self, *, is_right: bool = False) -> None:
        self._is_right = is_right
        self.names: list[str] = []

    def take(self, table: GivenTable) -> str | None:
        """Return the name of a table, or None where it is refused."""
        name = table.text("name", _NAME)
        if name is None:
            if "name" not in table.values:
                table.refuse("name", "needed")
            return None
        if (problem := self._problem(name)) is not None:
            table.refuse("name", problem)
            return None
        self.names.append(name)
        return name

    def _problem(self, name: str) -> str | None:
        if not words(name):
            return "a letter or digit is needed in it"
        same = next((one for one in self.names if fold(one) == fold(name)), None)
        if same is not None:
            return f"“{name}” is there already" if same == name else f"“{name}” is the same as “{same}”"
        # A right in the directory is a name of a category, in small letters, several of them divided by semicolons.
        if self._is_right and name != name.casefold():
            return f"a category is written in small letters, as the rights in the directory are: “{name.casefold()}”"
        if self._is_right and ";" in name:
            return "no semicolon: it divides the rights in the directory"
        return None
