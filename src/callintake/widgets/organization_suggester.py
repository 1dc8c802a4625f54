"""Organizations of the directory, suggested as one types; the right arrow takes one."""

from textual.suggester import Suggester

from callintake.domain.errors import Refused
from callintake.services.desk import Desk


class OrganizationSuggester(Suggester):
    """Completes what is typed to an organization that begins so; without a directory it suggests nothing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(use_cache=False, case_sensitive=False)
        self.desk = desk

    async def get_suggestion(self, value: str) -> str | None:
        """Return the name in full of an organization that begins with what is typed; `value` comes without case."""
        try:
            await self.desk.ready()
            from callintake.services.finding import find_organizations

            found = await self.desk.ask(find_organizations, value)
        except Refused:
            return None
        return next((name for name in found if name.casefold().startswith(value)), None)
