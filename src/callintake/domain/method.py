"""Methods by which a caller can be verified, and what kind of proof each is (P4)."""

from enum import StrEnum


class FactorClass(StrEnum):
    """What kind of proof a method is."""

    KNOW = "know"
    HAVE = "have"
    ARE = "are"
    VOUCHED = "vouched"


class Method(StrEnum):
    """How a caller can be verified. Caller ID, voice, birthdays, employee and ticket numbers prove nothing."""

    PIN = "pin"
    TOTP = "totp"
    EMAIL_CODE = "email-code"
    CALLBACK = "callback"
    APPROVER = "approver"
    IN_PERSON = "in-person"
    VOUCH = "vouch"

    @property
    def factor(self) -> FactorClass:
        """The class of proof it gives."""
        return _FACTORS[self]

    @property
    def words(self) -> str:
        """What people call it."""
        return _WORDS[self]

    @property
    def is_compared(self) -> bool:
        """Whether the program compares what the caller says, so that nobody at the desk decides it."""
        return self in (Method.PIN, Method.TOTP, Method.EMAIL_CODE)


_FACTORS = {
    Method.PIN: FactorClass.KNOW,
    Method.TOTP: FactorClass.HAVE,
    Method.EMAIL_CODE: FactorClass.HAVE,
    Method.CALLBACK: FactorClass.HAVE,
    Method.APPROVER: FactorClass.VOUCHED,
    Method.IN_PERSON: FactorClass.ARE,
    Method.VOUCH: FactorClass.VOUCHED,
}
_WORDS = {
    Method.PIN: "PIN",
    Method.TOTP: "code of an app",
    Method.EMAIL_CODE: "code by e-mail",
    Method.CALLBACK: "callback",
    Method.APPROVER: "approver",
    Method.IN_PERSON: "ID seen",
    Method.VOUCH: "lead vouches",
}
STRONG = (Method.CALLBACK, Method.APPROVER)
"""One of the two methods for anything sensitive is one of these."""


class Outcome(StrEnum):
    """How an attempt ended."""

    VERIFIED = "verified"
    FAILED = "failed"
