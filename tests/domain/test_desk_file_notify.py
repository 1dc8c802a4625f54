"""What a desk file says of messages: taken, or refused with its place; what lets more out is marked (P9)."""

import pytest

from callintake.domain.desk_difference import difference
from callintake.domain.desk_file import DeskFileRefused, parse_desk_file
from callintake.domain.notify_rules import Listeners, Medium, NotifyRules, Security, Smtp, Webhook
from callintake.domain.routing import BUILT_IN

SMTP = '[smtp]\nhost = "mail.example.com"\nfrom = "desk@example.com"\n'
OTHER = '[[categories]]\nname = "other"\ndepartment = "Network"\n'
NETWORK = f'[[departments]]\nname = "Network"\n{OTHER}'


def rules(text: str) -> NotifyRules:
    """What a desk file says of messages."""
    return parse_desk_file(text).notify


def test_departments_say_where_they_hear_of_requests() -> None:
    text = f"""{SMTP}
[[departments]]
name = "Network"
emails = ["Network@EXAMPLE.com", "noc@example.com"]
[[departments.webhooks]]
kind = "slack"
address_from = "NETWORK_SLACK"
[[departments.webhooks]]
kind = "teams"
address_from = "NETWORK_TEAMS"
{OTHER}"""
    webhooks = (Webhook(Medium.SLACK, "NETWORK_SLACK"), Webhook(Medium.TEAMS, "NETWORK_TEAMS"))
    found = rules(text)
    assert found.of("network") == Listeners("Network", ("Network@example.com", "noc@example.com"), webhooks)
    assert list(found.of("Network").targets())[1:3] == [("email", "noc@example.com"), ("slack", "NETWORK_SLACK")]
    assert found.smtp == Smtp("mail.example.com", 587, "desk@example.com")


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_a_mail_server_has_the_usual_port_of_its_security(security: str, port: int) -> None:
    smtp = rules(f'{SMTP}security = "{security}"\n').smtp
    assert smtp is not None
    assert (smtp.security, smtp.port) == (Security(security), port)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[smtp]\nhost = "mail.example.com"\n', "smtp, from: needed"),
        (f'{SMTP}security = "ssl"\n', "line 4, smtp, security: one of starttls, tls, none is needed"),
        (f'{SMTP}security = "none"\nuser = "desk"\n', "security: a password goes over starttls or tls only"),
        ('[smtp]\nhost = "mail.example.com:25"\nfrom = "d@example.com"\n', "host: the name of a host is needed"),
        ('[smtp]\nhost = "mail.example.com"\nfrom = "desk"\n', "line 3, smtp, from: "),
        (f"{SMTP}password_from = \"hunter2\"\n", "password_from: the NAME of a secret is needed"),
        ('[notify]\nallowed_hosts = ["*"]\n', "allowed_hosts: the name of a host is needed"),
        ('[notify]\nallowed_hosts = ["*.com"]\n', "allowed_hosts: *. stands before a name of two parts"),
        ('[notify]\npersonal = ["notes"]\n', "personal: one of subject, name, organization, email, phone is needed"),
        ("[notify]\nacknowledge = true\n", "smtp: needed"),
        (f'[[departments]]\nname = "Network"\nemails = ["n@example.com"]\n{OTHER}', "smtp: needed"),
        (f'{NETWORK}[[departments.webhooks]]\nkind = "slack"\n', "departments 1, webhooks 1, address_from: needed"),
        (f'{NETWORK}[[departments.webhooks]]\nkind = "irc"\naddress_from = "A"\n', "kind: one of slack, mattermost"),
    ],
)  # fmt: skip
def test_what_can_not_be_right_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(DeskFileRefused) as refusal:
        parse_desk_file(text)
    assert said in str(refusal.value)


def test_an_address_in_place_of_the_name_of_its_secret_is_not_repeated() -> None:
    address = "https://hooks.slack.com/services/T000/B000/tokentoken"
    with pytest.raises(DeskFileRefused) as refusal:
        parse_desk_file(f'{NETWORK}[[departments.webhooks]]\nkind = "slack"\naddress_from = "{address}"\n')
    assert "the NAME of a secret is needed" in str(refusal.value)
    assert "token" not in str(refusal.value)


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("hooks.slack.com", True),
        ("HOOKS.slack.com.", True),
        ("prod-1.westeurope.logic.azure.com", True),
        ("logic.azure.com", False),
        ("evil-logic.azure.com", False),
        ("hooks.slack.com.evil.example.com", False),
        ("chat.example.net", True),
        ("a.chat.example.net", False),
    ],
)
def test_messages_go_to_hosts_that_the_desk_allows_alone(host: str, may: bool) -> None:
    assert NotifyRules(private_hosts=("chat.example.net",)).may_reach(host) is may


def test_what_lets_more_out_is_marked_in_the_difference() -> None:
    before = f'{SMTP}[notify]\npersonal = ["name"]\n'
    after = '[smtp]\nhost = "mail.example.com"\nfrom = "desk@example.com"\nsecurity = "none"\n[notify]\n' + (
        'personal = ["phone"]\nprivate_hosts = ["chat.example.net"]\n'
    )
    changes = [str(one) for one in difference(parse_desk_file(before), parse_desk_file(after))]
    assert changes == [
        "smtp: port 587 → 25",
        "! looser: smtp: security “starttls” → “none”",
        "! looser: notify: private_hosts “chat.example.net” added",
        "notify: personal “name” removed",
        "! looser: notify: personal “phone” added",
    ]


def test_what_departments_hear_by_is_in_the_difference() -> None:
    file = f'{SMTP}[[departments]]\nname = "Network"\nemails = ["n@example.com"]\n' + (
        f'[[departments.webhooks]]\nkind = "slack"\naddress_from = "NET"\n{OTHER}'
    )
    changes = [str(one) for one in difference(BUILT_IN, parse_desk_file(file))]
    assert "smtp: host none → mail.example.com" in changes
    assert "department Network: e-mail “n@example.com” added" in changes
    assert "department Network: webhook “slack from NET” added" in changes
