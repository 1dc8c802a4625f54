"""What the desk says no with: messages for people, told apart only as far as exit codes need."""


class Refused(Exception):
    """Something a person asked for was not done; the message says what and what to do (exit 1)."""


class GateShut(Refused):
    """An action on a request whose caller is not confirmed as authorized (P5; exit 3)."""


class Conflict(Refused):
    """Somebody else changed it first; nothing was overwritten."""


class TextConflict(Conflict):
    """Two wrote the same text: `mine` was refused, and `theirs` stands; none of the two is lost.

    Who has seen `theirs` writes on `version` of the ticket from then on.
    """

    def __init__(self, message: str, *, mine: str, theirs: str, version: int) -> None:
        super().__init__(message)
        self.mine = mine
        self.theirs = theirs
        self.version = version


class NotFound(Refused):
    """There is no such ticket, contact, call or agent."""
