"""The directory is brought up to a file, line by line, and says what it left out and why."""

from io import StringIO

import pytest
from sqlmodel import Session, select

from callintake.domain.errors import NotFound, Refused
from callintake.services import agents, directory
from callintake.services.directory import ImportReport, import_contacts
from callintake.store.tables import ContactNumberRow, EventRow, OrganizationRow
from tests.conftest import DATA, LEAD, REGION, corpus

HEAD = "name,organization,email,phone,phone_since,may_request,vip"
JANE = "Jane Doe,Acme,jane@acme.example.com,020 7946 0777,2024-02-01,Support; ACCESS ,yes"


def imported(session: Session, *lines: str, head: str = HEAD) -> ImportReport:
    file = StringIO("\n".join((head, *lines)) + "\n", newline="")
    return import_contacts(session, file, REGION, LEAD)


def counts(report: ImportReport) -> tuple[int, int, int]:
    return (report.added, report.changed, report.unchanged)


def test_a_contact_is_imported_whole(session: Session) -> None:
    assert counts(imported(session, JANE)) == (1, 0, 0)
    (jane,) = directory.find_contacts(session, "jane@acme.example.com")
    assert (jane.name, jane.organization, jane.email, jane.vip) == ("Jane Doe", "Acme", "jane@acme.example.com", True)
    assert jane.may_request == ("support", "access")
    assert [(number.e164, number.since.isoformat()) for number in jane.numbers] == [("+442079460777", "2024-02-01")]


def test_importing_the_same_file_again_changes_nothing(session: Session) -> None:
    with (DATA / "directory.csv").open(encoding="utf-8") as lines:
        report = import_contacts(session, lines, REGION, LEAD)
    assert counts(report) == (0, 0, 10)
    assert report.refused == []
    assert len(session.exec(select(OrganizationRow)).all()) == 6


def test_what_changed_is_changed_and_found_as_it_is_now(session: Session) -> None:
    imported(session, JANE)
    assert counts(imported(session, JANE.replace("Jane Doe", "Jane Roe").replace("0777", "0778"))) == (0, 1, 0)
    (jane,) = directory.find_contacts(session, "jane roe")
    assert [number.e164 for number in jane.numbers] == ["+442079460778"]
    assert directory.find_contacts(session, "020 7946 0778") == [jane]
    assert directory.find_contacts(session, "jane doe") == directory.find_contacts(session, "020 7946 0777") == []


def test_a_line_without_a_number_leaves_the_one_on_file_and_it_is_still_found(session: Session) -> None:
    imported(session, JANE)
    assert counts(imported(session, "Jane Roe,Acme,jane@acme.example.com,,,,")) == (0, 1, 0)
    (jane,) = directory.find_contacts(session, "020 7946 0777")
    assert (jane.name, jane.may_request, jane.vip) == ("Jane Roe", (), False)
    assert len(session.exec(select(ContactNumberRow).where(ContactNumberRow.contact_id == jane.id)).all()) == 1


def test_organizations_of_one_name_are_one(session: Session) -> None:
    before = len(session.exec(select(OrganizationRow)).all())
    imported(session, JANE, JANE.replace("Acme", "ＡＣＭＥ").replace("jane@", "joan@"))
    assert len(session.exec(select(OrganizationRow)).all()) == before + 1


def test_a_line_that_can_not_be_right_is_left_out_and_named(session: Session) -> None:
    report = imported(
        session,
        JANE,
        ",Acme,a@acme.example.com",
        "",
        "A,Acme,not an address",
        '"A\nB",Acme,b@acme.example.com,12',
        "C,Acme,c@acme.example.com,,yesterday",
        "D",
        "E,Acme,e@acme.example.com,,,,,,too,many",
    )
    assert counts(report) == (2, 0, 0)
    assert [line for line, _ in report.refused] == [3, 5, 7, 8, 9]
    assert [why[:30] for _, why in report.refused] == [
        "there is no letter in it",
        "an email address must have an ",
        "too short: an internal extensi",
        "phone_since “yesterday” is not",
        "there is no letter in it",
    ]


@pytest.mark.parametrize(
    "head", ["", "name,organization", "Name;Organization;Email", "dear diary", "\ufeffname,organization,email", "\x00"]
)
def test_a_file_without_the_columns_is_refused_by_those_missing(session: Session, head: str) -> None:
    before = len(session.exec(select(EventRow)).all())
    with pytest.raises(Refused, match=r"the first line must name the columns|is no CSV"):
        imported(session, JANE, head=head)
    assert len(session.exec(select(EventRow)).all()) == before


def test_a_field_beyond_all_measure_is_refused_plainly(session: Session) -> None:
    with pytest.raises(Refused, match=r"line 2 is no CSV.*nothing was imported"):
        imported(session, "x" * 200_000 + ",Acme,a@acme.example.com")


def test_nothing_in_a_line_stops_the_import(session: Session) -> None:
    quoted = ['"' + entry.values[0].replace('"', '""') + '"' for entry in corpus("name")]
    lines = [f"{text},{text},odd{n}@acme.example.com,,,{text},{text}" for n, text in enumerate(quoted)]
    report = imported(session, *lines, JANE)
    assert report.added + len(report.refused) == len(quoted) + 1
    assert {why for _, why in report.refused} == {"there is no letter in it"}
    assert directory.find_contacts(session, "jane@acme.example.com")


def test_an_import_is_on_record(session: Session) -> None:
    imported(session, JANE, "no")
    event = session.exec(select(EventRow).order_by(EventRow.id.desc())).first()  # type: ignore[union-attr]
    assert event is not None
    assert (event.kind, event.agent, event.data) == (
        "contacts imported",
        LEAD,
        {"added": 1, "changed": 0, "refused": 1},
    )


def test_a_contact_is_meant_by_id_address_or_words_that_fit_one(session: Session) -> None:
    amara = directory.contact_by_name(session, "amara")
    for given in (str(amara.id), "Amara.Okafor@NorthgateDental.example.com", "okafor", "020 7946 0112"):
        assert directory.contact_by_name(session, given) == amara


@pytest.mark.parametrize("given", ["tom", "halcyon", "020 7946 0998"])
def test_words_that_fit_several_are_answered_with_their_ids(session: Session, given: str) -> None:
    with pytest.raises(NotFound, match=r"give the id: \d+ .*; \d+ "):
        directory.contact_by_name(session, given)


@pytest.mark.parametrize("given", ["nobody", "", "0", "999999", "9" * 40, "-1", "*", "\x1b[2J", "²"])
def test_somebody_unknown_is_not_found(session: Session, given: str) -> None:
    with pytest.raises(NotFound) as refusal:
        directory.contact_by_name(session, given)
    assert "\x1b" not in str(refusal.value)


@pytest.mark.parametrize("contact_id", [0, -1, 10**6, 2**63, 10**30])
def test_an_id_there_is_not_is_not_found(session: Session, contact_id: int) -> None:
    with pytest.raises(NotFound, match="no contact"):
        directory.contact_by_id(session, contact_id)


def test_the_directory_is_read_page_by_page_with_nobody_twice_or_missing(session: Session) -> None:
    imported(session, *(f"Jane Doe,Acme,jane{number}@acme.example.com" for number in range(25)))
    whole = directory.list_contacts(session, 1000)
    paged, after = [], None
    while page := directory.list_contacts(session, 7, after):
        paged += page
        after = (page[-1].name, page[-1].id)
    assert paged == whole
    assert len({contact.id for contact in whole}) == len(whole) == 35


def test_what_has_no_column_is_left_as_it_is(session: Session) -> None:
    line = "name,organization,email\nAmara Okafor,Northgate Dental Group,amara.okafor@northgatedental.example.com\n"
    assert directory.import_contacts(session, line.splitlines(), REGION, LEAD).unchanged == 1
    assert directory.contact_by_name(session, "Amara Okafor").may_request == ("support", "access")


def test_a_lead_alone_changes_what_opens_gates_and_the_history_tells_what_it_was(session: Session) -> None:
    agents.sign_in(session, "joe")
    line = (
        "name,organization,email,phone\n"
        "Amara Okafor,Northgate Dental Group,amara.okafor@northgatedental.example.com,020 7946 0666\n"
    ).splitlines()
    refused = directory.import_contacts(session, line, REGION, "joe").refused
    assert [reason for _line, reason in refused if "only a lead may change numbers" in reason]
    assert directory.contact_by_name(session, "Amara Okafor").numbers[0].e164 == "+442079460112"
    assert directory.import_contacts(session, line, REGION, LEAD).changed == 1
    event = session.exec(select(EventRow).where(EventRow.kind == "contact changed")).one()
    assert event.data["changes"]["numbers"] == [["+442079460112"], ["+442079460666"]]
