"""Templates: a closed set of blanks, refused with their place, and filled without being a format of their own."""

import pytest

from callintake.domain.desk_difference import difference
from callintake.domain.desk_file import DeskFileRefused, parse_desk_file
from callintake.domain.desk_file_text import desk_file_text
from callintake.domain.errors import Refused
from callintake.domain.message_template import BLANKS, Templates, blanks_of, check_line, fill

FILE = """
[smtp]
host = "mail.example.com"
from = "desk@example.com"
[notify]
personal = ["organization"]
[notify.templates]
subject = "{priority}: {subject}"
email = ["Due {due}", "{description}"]
[[departments]]
name = "Network"
emails = ["n@example.com"]
[departments.templates]
message = ["{category} for {organization}"]
[[departments]]
name = "Field services"
emails = ["f@example.com"]
[[categories]]
name = "other"
department = "Network"
"""


def test_a_department_has_the_templates_of_the_desk_but_for_those_it_says_itself() -> None:
    notify = parse_desk_file(FILE).notify
    desk = Templates("{priority}: {subject}", ("Due {due}", "{description}"), None)
    assert notify.templates_of("Field services") == desk
    own = Templates(desk.subject, desk.email, ("{category} for {organization}",))
    assert notify.templates_of("network") == own


def test_templates_are_written_as_they_are_read() -> None:
    desk = parse_desk_file(FILE)
    assert parse_desk_file(desk_file_text(desk)) == desk


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.replace("{due}", "{duo}"), "line 9, notify, templates, email 1: there is no blank {duo}; there are: num"),
        (FILE.replace("{due}", "{due.x}"), "email 1: there is no blank {due.x}"),
        (FILE.replace("{due}", "{due!r}"), "email 1: there is no blank {due!r}"),
        (FILE.replace("{due}", "{due:>99999}"), "email 1: there is no blank {due:>99999}"),
        (FILE.replace("{due}", "{}"), "email 1: there is no blank {}"),
        (FILE.replace("{due}", "{due"), "email 1: a brace stands by itself"),
        (FILE.replace("{due}", "due}"), "email 1: a brace stands by itself"),
        (FILE.replace("{due}", "x" * 250), "email 1: at most 200 characters are taken"),
        (FILE.replace("{priority}:", "x" * 120), "line 8, notify, templates, subject: at most 100 characters"),
        (FILE.replace("{priority}:", "\\nBcc: {name}"), "subject: there is a hidden character in it (U+000A)"),
        (FILE.replace("{priority}:", "\\u0000"), "subject: "),
        (FILE.replace("{priority}:", "=?utf-8?q?=0ABcc=3A_x=40y.example?="), "subject: =? means something else"),
        (FILE.replace("{priority}:", "{description}"), "subject: {description} is longer than a subject"),
        (FILE.replace("{organization}", "{name}"), "line 14, departments 1, templates, message 1: {name} tells of a"),
        (FILE.replace("{organization}", "{subject}"), "message 1: {subject} tells of a person"),
        (FILE.replace("{organization}", "{description}"), "message 1: {description} is what the caller said"),
        (FILE.replace('email = ["Due {due}", "{description}"]', "email = []"), "email: a line at least is needed"),
        (FILE.replace('emails = ["n@example.com"]\n', ""), "departments 1, templates: nothing says where it hears"),
        (FILE.replace("subject = ", "title = "), "notify, templates, title: there is no such setting"),
    ],
)  # fmt: skip
def test_what_can_not_be_right_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(DeskFileRefused) as refusal:
        parse_desk_file(text)
    assert said in str(refusal.value)


def test_what_may_be_said_of_people_is_asked_of_the_templates_again_when_that_changes() -> None:
    with pytest.raises(DeskFileRefused, match=r"\{organization\} tells of a person"):
        parse_desk_file(FILE.replace('personal = ["organization"]', "personal = []"))


def test_blanks_are_filled_and_braces_are_written_twice() -> None:
    values = {"number": "1001-9", "priority": "high"}
    assert fill("{number}: {{{priority}}} }}{{", values) == "1001-9: {high} }{"


def test_what_fills_a_blank_is_no_template_itself() -> None:
    said = "{number} {number.__class__} {0} %s ${x} }} {{"
    assert fill("{subject}", {"subject": said, "number": "1001-9"}) == said


def test_a_line_whose_blanks_all_stay_empty_is_left_out() -> None:
    assert fill("Asset {asset}, {procedure}", {}) == ""
    assert fill("Asset {asset}, {procedure}", {"asset": "ND-0441"}) == "Asset ND-0441, "
    assert fill("Call the desk back", {}) == "Call the desk back"


def test_every_blank_there_is_may_stand_in_a_line_of_e_mail() -> None:
    line = " ".join(f"{{{name}}}" for name in BLANKS)
    assert blanks_of(check_line(line)) == BLANKS


@pytest.mark.parametrize("given", ["{{{", "{{number}", "{number}}", "{ number }", "{{}}}"])
def test_a_brace_that_is_not_closed_is_refused(given: str) -> None:
    with pytest.raises(Refused):
        check_line(given)


def test_templates_are_in_the_difference() -> None:
    before, after = parse_desk_file(FILE), parse_desk_file(FILE.replace("Due {due}", "By {due}").replace(
        'subject = "{priority}: {subject}"\n', ""
    ).replace('[departments.templates]\nmessage = ["{category} for {organization}"]\n', ""))  # fmt: skip
    assert [str(change) for change in difference(before, after)] == [
        "notify: template of the subject “{priority}: {subject}” → none",
        "notify: template of the e-mail: line “Due {due}” removed",
        "notify: template of the e-mail: line “By {due}” added",
        "department Network: template of the instant message removed",
        "department Network: template of the instant message: line “{category} for {organization}” removed",
    ]
