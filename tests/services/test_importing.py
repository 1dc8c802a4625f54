"""The directory is brought up to a file, line by line, and tells what became of each and why."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from callintake.domain.contact import Contact
from callintake.domain.contact_change import told
from callintake.domain.errors import Refused
from callintake.services import agents, directory
from callintake.services.history import acting_at, now
from callintake.services.importing import Import, ImportReport, LineReport, Outcome, import_contacts
from callintake.store.tables import ContactNumberRow, EventRow, OrganizationRow
from tests.conftest import DATA, LEAD, REGION, corpus

HEAD = "name,organization,email,phone,phone_since,may_request,vip"
JANE = "Jane Doe,Acme,jane@acme.example.com,020 7946 0777,2024-02-01,Support; ACCESS ,yes"
AGENT = "joe"
LONGEST_CELL = 100_000
"""Beyond it a file is no CSV, which another test is about."""


def imported(session: Session, *lines: str, head: str = HEAD, agent: str = LEAD) -> ImportReport:
    file = StringIO("\n".join((head, *lines)) + "\n", newline="")
    return import_contacts(session, file, REGION, agent)


def became(session: Session, *lines: str, head: str = HEAD, agent: str = LEAD) -> list[LineReport]:
    """What became of each line."""
    file, reports = StringIO("\n".join((head, *lines)) + "\n", newline=""), []
    import_contacts(session, file, REGION, agent, reports.append)
    return reports


def counts(report: ImportReport) -> tuple[int, int, int]:
    return (report.added, report.changed, report.unchanged)


def jane(session: Session) -> Contact:
    return directory.contact_by_name(session, "jane@acme.example.com")


def numbers(contact: Contact) -> list[tuple[str, str]]:
    return [(number.e164, number.since.isoformat()) for number in contact.numbers]


def test_a_contact_is_imported_whole(session: Session) -> None:
    head = f"{HEAD},approves,email_since,notes"
    assert counts(imported(session, f'{JANE},billing,2023-05-06,"prefers\nmornings"', head=head)) == (1, 0, 0)
    contact = jane(session)
    assert (contact.name, contact.organization, contact.email, contact.vip) == (
        "Jane Doe",
        "Acme",
        "jane@acme.example.com",
        True,
    )
    assert contact.may_request == ("support", "access")
    assert contact.approves == ("billing",)
    assert str(contact.email_since) == "2023-05-06"
    assert contact.notes == "prefers\nmornings"
    assert numbers(contact) == [("+442079460777", "2024-02-01")]
    assert directory.find_contacts(session, "020 7946 0777") == [contact]


def test_importing_the_same_file_again_changes_nothing(session: Session) -> None:
    with (DATA / "directory.csv").open(encoding="utf-8") as lines:
        report = import_contacts(session, lines, REGION, LEAD)
    assert counts(report) == (0, 0, 10)
    assert report.refused == []
    assert len(session.exec(select(OrganizationRow)).all()) == 6


def test_a_file_with_every_column_changes_nothing_the_second_time(session: Session) -> None:
    head = f"{HEAD},approves,email_since,notes"
    line = (
        'Jane Doe,Acme,jane@acme.example.com,"020 7946 0777; 020 7946 0778 ext. 9",2024-02-01;2025-03-04,'
        "access,yes,billing;access,2023-05-06,calls at nine"
    )
    assert counts(imported(session, line, head=head)) == (1, 0, 0)
    assert counts(imported(session, line, head=head)) == (0, 0, 1)
    assert numbers(jane(session)) == [("+442079460777", "2024-02-01"), ("+442079460778;ext=9", "2025-03-04")]


def test_what_changed_is_changed_and_found_as_it_is_now(session: Session) -> None:
    imported(session, JANE)
    assert counts(imported(session, JANE.replace("Jane Doe", "Jane Roe").replace("0777", "0778"))) == (0, 1, 0)
    (found,) = directory.find_contacts(session, "jane roe")
    assert [number.e164 for number in found.numbers] == ["+442079460778"]
    assert directory.find_contacts(session, "020 7946 0778") == [found]
    assert directory.find_contacts(session, "jane doe") == directory.find_contacts(session, "020 7946 0777") == []


def test_each_line_tells_what_changed_from_what_to_what(session: Session) -> None:
    imported(session, JANE)
    line = "Jane Roe,Acme Ltd,jane@acme.example.com,020 7946 0778,2024-03-01,support;billing,no"
    (report,) = became(session, line)
    assert (report.line, report.outcome, report.name) == (2, Outcome.CHANGED, "Jane Roe")
    assert told(report.changes) == [
        "name Jane Doe → Jane Roe",
        "organization Acme → Acme Ltd",
        "phone +44 20 7946 0777 → +44 20 7946 0778",
        "may request +billing −access",
        "vip yes → no",
    ]


@pytest.mark.parametrize(
    ("phone", "since", "said", "kept"),
    [
        ("020 7946 0777;020 7946 0778", "", "phone with +44 20 7946 0778", ["2024-02-01", "today"]),
        ("020 7946 0778; 020 7946 0777", "2025-01-01;2024-02-01", "phone with", ["2024-02-01", "2025-01-01"]),
        ("020 7946 0777", "2023-01-01", "since 2024-02-01 → 2023-01-01", ["2023-01-01"]),
    ],
)
def test_a_number_that_stays_keeps_its_day_and_a_new_one_has_its_own(
    session: Session, phone: str, since: str, said: str, kept: list[str]
) -> None:
    imported(session, JANE)
    (report,) = became(session, f"Jane Doe,Acme,jane@acme.example.com,{phone},{since},support;access,yes")
    assert said in "; ".join(told(report.changes))
    today = now().date().isoformat()
    assert [day for _, day in numbers(jane(session))] == [today if day == "today" else day for day in kept]


def test_every_number_written_says_when_which_no_day_in_the_file_moves(session: Session) -> None:
    with acting_at(now() - timedelta(days=3)):
        imported(session, JANE)
    first = jane(session).numbers[0].recorded_at
    assert first is not None
    assert now() - first > timedelta(days=2)
    imported(session, JANE.replace("0777", "0777;020 7946 0778"))
    kept, new = jane(session).numbers
    assert kept.recorded_at == first
    assert new.recorded_at is not None
    assert now() - new.recorded_at < timedelta(minutes=1)
    imported(session, JANE.replace("0777", "0777;020 7946 0778").replace("2024-02-01", "2022-02-01"))
    moved = jane(session).numbers[0]
    assert str(moved.since) == "2022-02-01"
    assert moved.counts(now().date(), 30, call_began=first + timedelta(days=1)) == "written here during this call"


def test_a_line_without_a_number_leaves_the_one_on_file_and_it_is_still_found(session: Session) -> None:
    imported(session, JANE)
    assert counts(imported(session, "Jane Roe,Acme,jane@acme.example.com,,,,")) == (0, 1, 0)
    (found,) = directory.find_contacts(session, "020 7946 0777")
    assert (found.name, found.may_request, found.vip) == ("Jane Roe", (), False)
    assert len(session.exec(select(ContactNumberRow).where(ContactNumberRow.contact_id == found.id)).all()) == 1


def test_what_has_no_column_is_left_as_it_is(session: Session) -> None:
    line = "Amara Okafor,Northgate Dental Group,amara.okafor@northgatedental.example.com"
    assert counts(imported(session, line, head="name,organization,email")) == (0, 0, 1)
    assert directory.contact_by_name(session, "Amara Okafor").may_request == ("support", "access")


def test_organizations_of_one_name_are_one_however_it_is_written(session: Session) -> None:
    before = len(session.exec(select(OrganizationRow)).all())
    lines = (JANE, JANE.replace("Acme", "ＡＣＭＥ").replace("jane@", "joan@"))
    imported(session, *lines)
    assert len(session.exec(select(OrganizationRow)).all()) == before + 1
    assert counts(imported(session, *lines)) == (0, 0, 2)


def test_an_address_in_other_case_is_the_same_contact(session: Session) -> None:
    imported(session, JANE)
    assert counts(imported(session, JANE.replace("jane@", "JANE@"))) == (0, 0, 1)
    assert jane(session).email == "jane@acme.example.com"


def test_a_line_that_can_not_be_right_is_left_out_with_every_reason(session: Session) -> None:
    report = imported(
        session,
        JANE,
        ",Acme,a@acme.example.com",
        "",
        " ,,\u00a0,,,,",
        "A,Acme,not an address",
        '"A\nB",Acme,b@acme.example.com,12',
        "C,Acme,c@acme.example.com,,yesterday",
        "D",
        "E,Acme,e@acme.example.com,,,,,,too,many",
        "F,Acme,,,,,",
        "G,Acme,g@acme.example.com,4.42E+11,1899-12-30,,",
        "H,Acme,JANE@acme.example.com,,,,",
        "I,Acme,i@acme.example.com,020 7946 0777;020 7946 0778,2024-01-01;2024-01-02;2024-01-03,,",
        "J,Acme,j@acme.example.com,020 7946 0779,2999-01-01,,",
    )
    assert counts(report) == (1, 0, 0)
    reasons = dict(report.refused)
    assert list(reasons) == [3, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16]
    for line, why in {
        3: "Name: there is no letter in it",
        6: "E-mail: an email address must have an @-sign",
        7: "Phone: too short",
        9: "phone_since: “yesterday” is not a day like 2024-02-01",
        10: "Organization: there is no letter in it",
        11: "2 more cells than columns",
        12: "E-mail: missing",
        13: "was rounded by a spreadsheet",
        14: "the same e-mail address as on line 2",
        15: "3 days for 2 numbers",
        16: "2999-01-01 can't be since when",
    }.items():
        assert why in reasons[line]
    assert "1899-12-30 can't be since when" in reasons[13]


def test_what_is_doubtful_is_taken_and_said(session: Session) -> None:
    head = f"{HEAD},approves"
    line = "=cmd|calc,Acme,c@acme.example.com,+44 1632 960201;020 7946 0777,,Support;wizard;Access,perhaps,dragons"
    (report,) = became(session, line, head=head)
    assert report.outcome is Outcome.ADDED
    assert report.warnings == (
        "may request “wizard”: no such category",
        "vip “perhaps” is neither yes nor no: left as it is",
        "approves “dragons”: no such category",
        "name begins like a formula: kept as text",
    )
    assert report.hints == ("Phone +441632960201: possible, but no number like it is in use",)
    contact = directory.contact_by_name(session, "c@acme.example.com")
    assert contact.name == "=cmd|calc"
    assert contact.may_request == ("support", "wizard", "access")


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (
            "Name;Organization;E-Mail;Phone Since;Phone",
            'Zoë;"Byrne; Sons";zoe@byrne.example.com;2024-01-02;0207946 0500',
        ),
        ("\ufeffNAME\torganisation\te-mail\tphone", "Zoë\tByrne; Sons\tzoe@byrne.example.com\t020 7946 0500"),
        ("sep=;\nname;organization;email;phone", 'Zoë;"Byrne; Sons";zoe@byrne.example.com;="020 7946 0500"'),
        (
            '\ufeff"name","organization","email","phone"',
            '"Zoë","Byrne; Sons","zoe@byrne.example.com","020 7946 0500"\r',
        ),
    ],
    ids=["semicolons", "tabs", "sep", "quoted"],
)
def test_a_file_as_spreadsheets_write_it_is_read(session: Session, head: str, line: str) -> None:
    assert counts(imported(session, line, head=head)) == (1, 0, 0)
    zoe = directory.contact_by_name(session, "zoe@byrne.example.com")
    assert (zoe.name, zoe.organization, [number.e164 for number in zoe.numbers]) == (
        "Zoë",
        "Byrne; Sons",
        ["+442079460500"],
    )


@pytest.mark.parametrize(
    "head", ["", "name,organization", "Name;Organization", "dear diary", "\x00", "name,name,organization,email", '"']
)
def test_a_file_without_the_columns_is_refused_by_those_missing(session: Session, head: str) -> None:
    before = len(session.exec(select(EventRow)).all())
    with pytest.raises(Refused, match=r"the first line (must )?names? the column|is no CSV"):
        imported(session, JANE, head=head)
    assert len(session.exec(select(EventRow)).all()) == before


def test_a_field_beyond_all_measure_is_refused_plainly(session: Session) -> None:
    with pytest.raises(Refused, match=r"line 2 is no CSV.*nothing was imported"):
        imported(session, "x" * 200_000 + ",Acme,a@acme.example.com")


def test_lines_that_a_quotation_mark_swallowed_are_named(session: Session) -> None:
    (report,) = became(session, '"Ann,Acme,ann@acme.example.com', *(JANE for _ in range(5)))
    assert (report.line, report.last_line, report.outcome) == (2, 7, Outcome.REFUSED)
    assert "is a quotation mark not closed?" in (report.why or "")


@pytest.mark.parametrize(
    ("column", "places"),
    [
        ("name", ["name"]),
        ("organization", ["org"]),
        ("email", ["email"]),
        ("phone", ["phone"]),
        ("phone_since", ["phone", "name"]),
        ("may_request", ["name"]),
        ("vip", ["name"]),
        ("approves", ["org"]),
        ("email_since", ["phone", "name"]),
        ("notes", ["notes"]),
    ],
)
def test_nothing_in_a_column_stops_the_import_or_comes_through_it(
    session: Session, column: str, places: list[str]
) -> None:
    head = ["name", "organization", "email", "phone", "phone_since", "may_request", "vip", "approves"]
    head += ["email_since", "notes"]
    texts = [text for place in places for case in corpus(place) if len(text := str(case.values[0])) < LONGEST_CELL]
    lines = []
    for place, text in enumerate(texts):
        cells: dict[str, Any] = {"name": "Odd", "organization": "Acme", "email": f"odd{place}@acme.example.com"}
        lines.append(",".join(_quoted({**cells, column: text}.get(name, "")) for name in head))
    reports = became(session, *lines, JANE, head=",".join(head))
    assert len(reports) == len(texts) + 1
    assert reports[-1].outcome is Outcome.ADDED
    for report in reports:
        said = "; ".join([report.why or "", *report.warnings, *report.hints, report.name])
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0x202A <= ord(char) <= 0x202E for char in said)
        assert len(said) < 1000


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def test_an_import_is_on_record_part_by_part(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callintake.services.importing.PART", 2)
    before = len(session.exec(select(EventRow)).all())
    lines = [f"P{number},Acme,p{number}@acme.example.com" for number in range(3)]
    imported(session, JANE, "no", *lines)
    events = session.exec(select(EventRow).order_by(EventRow.id)).all()[before:]  # type: ignore[arg-type]
    assert {(event.kind, event.agent) for event in events} == {("contacts imported", LEAD)}
    assert [event.data for event in events] == [
        {"added": 1, "changed": 0, "refused": 1},
        {"added": 2, "changed": 0, "refused": 0},
        {"added": 1, "changed": 0, "refused": 0},
    ]
    imported(session, JANE, *lines)
    assert len(session.exec(select(EventRow)).all()) == before + 4


def test_a_rehearsal_tells_the_same_and_changes_nothing(session: Session) -> None:
    from callintake.domain.contact_file import ContactFile
    from callintake.domain.routing import BUILT_IN

    imported(session, JANE)
    before = len(session.exec(select(EventRow)).all())
    lines = [HEAD, JANE.replace("Doe", "Roe"), "no", "New,Acme,new@acme.example.com", "New,Acme,NEW@acme.example.com"]
    told_of: dict[bool, list[LineReport]] = {True: [], False: []}
    for dry_run in (True, False):
        importing = Import(BUILT_IN, REGION, LEAD, told_of[dry_run].append)
        for part in ContactFile(lines).parts(2):
            importing.write(session, importing.read(part), dry_run=dry_run)
        if dry_run:
            assert len(session.exec(select(EventRow)).all()) == before
            assert jane(session).name == "Jane Doe"
    assert told_of[True] == told_of[False]
    assert jane(session).name == "Jane Roe"


@pytest.mark.parametrize("again", [False, True], ids=["new", "unchanged"])
def test_the_database_is_asked_part_by_part_and_not_line_by_line(session: Session, again: bool) -> None:
    lines = [f"Jane Doe,Org {n},jane{n}@acme.example.com,020 7946 0777,2024-02-01,access," for n in range(100)]
    if again:
        imported(session, *lines)
    asked = []
    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
    imported(session, *lines)
    assert len(asked) < 20


# What a lead alone may do (P4)

AMARA = "Amara Okafor,Northgate Dental Group,amara.okafor@northgatedental.example.com"


@pytest.mark.parametrize(
    ("column", "text", "fact"),
    [
        ("phone", "020 7946 0666", "numbers"),
        ("phone", "020 7946 0112;020 7946 0666", "numbers"),
        ("may_request", "billing", "may request"),
        ("approves", "access", "approves"),
        ("vip", "yes", "vip"),
    ],
)
def test_a_lead_alone_changes_what_opens_gates_and_the_history_tells_what_it_was(
    session: Session, column: str, text: str, fact: str
) -> None:
    agents.sign_in(session, AGENT)
    before = directory.contact_by_name(session, "Amara Okafor")
    given = {"head": f"name,organization,email,{column}"}
    ((_, why),) = imported(session, f"{AMARA},{text}", agent=AGENT, **given).refused
    assert why == f"Amara Okafor: only a lead may change {fact} of a contact on file (P4)"
    assert directory.contact_by_name(session, "Amara Okafor") == before
    assert imported(session, f"{AMARA},{text}", **given).changed == 1
    event = session.exec(select(EventRow).where(EventRow.kind == "contact changed")).one()
    assert list(event.data["changes"]) == [fact]


def test_an_agent_moves_nobody_to_where_others_approve(session: Session) -> None:
    agents.sign_in(session, AGENT)
    line = AMARA.replace("Northgate Dental Group", "Halcyon Freight Ltd")
    ((_, why),) = imported(session, line, head="name,organization,email", agent=AGENT).refused
    assert "only a lead may change organization" in why


def test_an_agent_corrects_a_name_and_notes(session: Session) -> None:
    agents.sign_in(session, AGENT)
    line = AMARA.replace("Amara", "Amarah") + ",left-handed"
    assert imported(session, line, head="name,organization,email,notes", agent=AGENT).changed == 1
    assert directory.contact_by_name(session, "Amarah Okafor").notes == "left-handed"


def test_of_an_agent_somebody_new_is_on_file_since_today_and_without_rights(session: Session) -> None:
    agents.sign_in(session, AGENT)
    head = f"{HEAD},approves,email_since"
    line = JANE.replace("Support; ACCESS ", "Support;access;printing") + ",billing,2020-01-01"
    (report,) = became(session, line, head=head, agent=AGENT)
    assert report.outcome is Outcome.ADDED
    assert report.warnings == (
        "access, approving billing left out: only a lead gives rights",
        "on file since today: only a lead dates back",
    )
    contact, today = jane(session), now().date()
    assert (contact.may_request, contact.approves, contact.vip) == (("support", "printing"), (), True)
    assert (contact.numbers[0].since, contact.email_since) == (today, today)


def test_an_agent_dates_nothing_back_on_file(session: Session) -> None:
    agents.sign_in(session, AGENT)
    line = f"{AMARA},020 7946 0112,2001-01-01"
    assert imported(session, line, head="name,organization,email,phone,phone_since", agent=AGENT).unchanged == 1
    assert str(directory.contact_by_name(session, "Amara Okafor").numbers[0].since) == "2024-02-01"


def test_an_auditor_imports_nothing(session: Session) -> None:
    agents.sign_in(session, AGENT)
    agents.set_role(session, AGENT, "auditor", by=LEAD)
    with pytest.raises(Refused, match="is an auditor"):
        imported(session, JANE, agent=AGENT)
