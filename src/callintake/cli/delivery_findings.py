"""What the doctor looks at of messages: the mail server's name, every secret's place, and what is dead."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from callintake.cli.finding import Finding, Sign
from callintake.domain.errors import Refused

if TYPE_CHECKING:
    from sqlmodel import Session

    from callintake.domain.notify_rules import NotifyRules


_NAME_ONE = "name one in [smtp] of the desk file"


def delivery_findings(session: "Session") -> Iterator[Finding]:
    """Yield what is to be said of messages; of secrets where they are, never what."""
    from callintake.services.desk_rules import rules_in_force
    from callintake.services.outbox import count_untried_mail, standing

    try:
        desk = rules_in_force(session)
    except Refused as refusal:
        yield Finding(Sign.BAD, "desk file", str(refusal), "put right what it says")
        return
    rules = desk.notify
    if rules.smtp is not None:
        said = f"{rules.smtp.host}:{rules.smtp.port}, {rules.smtp.security}"
        yield Finding(Sign.OK, "mail server", said, "callintake notify test DEPARTMENT tries it")
    elif waiting := count_untried_mail(session):
        yield Finding(Sign.WARN, "mail server", f"none, and e-mails wait for one: {waiting}", _NAME_ONE)
    elif desk.security_address is not None:
        yield Finding(Sign.WARN, "mail server", "none, so that the security address hears of nothing", _NAME_ONE)
    if rules.needs_apprise:
        yield _apprise()
    yield from _secrets(rules)
    how = standing(session)
    if how.warning:
        mend = "callintake notify list --open tells why; notify retry or notify settle each"
        yield Finding(Sign.BAD if how.dead else Sign.WARN, "messages", how.warning, mend)
    else:
        yield Finding(Sign.OK, "messages", f"{how.waiting} to be sent")


def out_of_reach(session: "Session") -> Iterator[str]:
    """Yield what keeps messages from being sent from here, and what to do about it."""
    for finding in delivery_findings(session):
        if finding.sign is not Sign.OK and finding.what != "messages":
            yield f"{finding.what}: {'; '.join(filter(None, (finding.said, finding.mend)))}"


def _apprise() -> Finding:
    from callintake.notifications.through_apprise import is_installed

    if is_installed():
        return Finding(Sign.OK, "apprise", "is installed")
    mend = "pip install 'callintake[apprise]', or let another desk send"
    return Finding(Sign.WARN, "apprise", "is not installed: what goes by it is not sent from here", mend)


def _secrets(rules: "NotifyRules") -> Iterator[Finding]:
    from callintake.notifications.secret_store import PREFIX, find_secret, secrets_file

    names = [webhook.address_from for listeners in rules.listeners for webhook in listeners.webhooks]
    if rules.smtp is not None and rules.smtp.user is not None:
        names.append(rules.smtp.password_from)
    for name in dict.fromkeys(names):
        try:
            found = find_secret(name)
        except Refused as refusal:
            yield Finding(Sign.BAD, "secret", str(refusal), "until then nothing is sent by it from here")
            return
        if found is None:
            mend = f"set {PREFIX}{name}, or write it into {secrets_file()}, or let another desk send"
            yield Finding(Sign.WARN, "secret", f"{name} is not here: what needs it is not sent from here", mend)
        else:
            yield Finding(Sign.OK, "secret", f"{name} is in {found[1]}")
