"""What the invented people of a demonstration are called, and what they call about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """Something people call about; `{asset}`, `{place}`, `{who}`, `{day}` and `{count}` are filled in."""

    category: str
    subject: str
    notes: tuple[str, ...]
    follow_up: tuple[str, ...]
    """Notes added later, while it is worked on."""


ORGANIZATIONS = (
    ("Northgate Dental Group", "northgatedental.example.com", "GB"),
    ("Halcyon Freight Ltd", "halcyonfreight.example.net", "GB"),
    ("Cwm Valley Council", "cwmvalley.example.org", "GB"),
    ("Peregrine Air Charter", "peregrineair.example.com", "US"),
    ("Riverbank Legal LLP", "riverbanklegal.example.com", "GB"),
    ("Fjordline Systems AS", "fjordline.example.net", "GB"),
    ("Brindle & Hart Accountants", "brindlehart.example.com", "GB"),
    ("Saltmarsh Primary School", "saltmarsh.example.org", "GB"),
    ("Lakeshore Veterinary Clinic", "lakeshorevet.example.com", "US"),
    ("Ashdown Housing Association", "ashdownhousing.example.org", "GB"),
    ("Meridian Print Works", "meridianprint.example.net", "GB"),
    ("Copper Kettle Cafés", "copperkettle.example.com", "GB"),
)
FIRST_NAMES = (
    *("Amara", "Tom", "Priya", "Declan", "Siân", "José", "Mei-Ling", "Kofi", "Ingrid", "Zoë", "Łukasz", "Fatima"),
    *("Hannah", "Ravi", "Chloe", "Owen", "Yuki", "Marek", "Leila", "Gareth", "Nadia", "Björn", "Aoife", "Samuel"),
    *("Renée", "Dmitri", "Grace", "Tariq", "Eleni", "Callum", "Ngozi", "Paulo", "Ida", "Haruto", "Rosa", "Ewan"),
)
LAST_NAMES = (
    *("Okafor", "Lindqvist", "Raman", "O'Brien", "Prys-Jones", "Martínez", "Zhao", "Mensah", "Sørensen", "Novák"),
    *("Wójcik", "Haddad", "Whitfield", "Patel", "Dubois", "Griffiths", "Tanaka", "Kowalski", "Nazari", "Llewellyn"),
    *("Petrova", "Ångström", "Byrne", "Adeyemi", "Lefèvre", "Volkov", "Osei", "Rahman", "Papadaki", "Fraser"),
)
COLLEAGUES = ("kim", "jonas", "aisha", "rhys")
PLACES = ("Camden", "Bristol", "Leith", "the warehouse", "reception", "the second floor", "room 114", "the depot")
DAYS = ("Monday", "Tuesday", "last Thursday", "Friday noon", "this morning", "yesterday evening")

REQUESTS = (
    Request(
        "printing",
        "Label printer offline at {place}",
        ("label printer at {place} says offline", "Zebra, asset tag {asset}", "since {day}, {count} people can't print",
         "switched it off and on twice, no change"),
        ("Queue restarted, still offline; somebody has to look at the cable.", "Network socket was dead, patched to "
         "the next one. Prints again."),
    ),
    Request(
        "printing",
        "Streaks on every page, printer {asset}",
        ("grey streaks down the left side of each page", "big copier by {place}, tag {asset}", "toner changed {day}"),
        ("Drum ordered, arrives in two days.", "Drum replaced, test page clean."),
    ),
    Request(
        "hardware",
        "Laptop {asset} shuts down when unplugged",
        ("laptop goes dark as soon as the charger is out", "tag {asset}, about three years old",
         "works from {place} with the charger in, but visits clients from {day}"),
        ("Battery at 41% of its capacity, replacement approved.", "Battery fitted, ran two hours without a charger."),
    ),
    Request(
        "hardware",
        "Card reader at {place} beeps and does nothing",
        ("reader beeps twice, then nothing", "{asset}", "customers are waiting, they use the old imprinter meanwhile"),
        ("Cable reseated by phone, no change. Field visit booked.",),
    ),
    Request(
        "software",
        "Month-end report stops with error 3021",
        ("opens the month-end report, 'error 3021, no current record'", "worked until {day}, when the update came",
         "{count} colleagues at {place} see the same", "accounts close on Friday"),
        ("Reproduced on our side, vendor asked.", "Vendor's patch installed on {asset}; report runs."),
    ),
    Request(
        "software",
        "Stock program is slow after nine",
        ("every click takes ten seconds between nine and eleven", "{place}, {count} people", "fine in the evening"),
        ("Backup runs at nine since {day}; asked to move it.",),
    ),
    Request(
        "mail",
        "Mail to {who} comes back",
        ("mail to {who} bounces since {day}", "'550 5.7.1 rejected by policy'", "other people get through",
         "invoice attached, 4 MB"),
        ("Their filter refuses our footer's link; link removed.", "{who} confirms it arrived."),
    ),
    Request(
        "mail",
        "Shared mailbox missing after restart",
        ("the shared mailbox for {place} is gone from the list", "restarted {day}", "still there on the phone"),
        ("Profile rebuilt on {asset}; mailbox is back.",),
    ),
    Request(
        "network",
        "No network at {place}",
        ("{count} people at {place} have no network", "cable and wireless both", "phones work",
         "started {day}, lights on the cabinet are orange"),
        ("Switch {asset} rebooted remotely, no answer.", "Power supply replaced on site; all ports up."),
    ),
    Request(
        "network",
        "Remote access drops every ten minutes",
        ("connected from home, thrown out every ten minutes", "message: 'peer not responding'", "since {day}"),
        ("New client version sent to {asset}.",),
    ),
    Request(
        "telephony",
        "Extension at {place} rings once, then goes to voicemail",
        ("callers hear one ring, then voicemail", "handset {asset}", "inbound only, since {day}"),
        ("Ring time was two seconds after the move; set to twenty.",),
    ),
    Request(
        "telephony",
        "Headset crackles on every call",
        ("clients complain about crackling", "tried it at {place} and at home, the same", "headset {asset}"),
        ("Replacement sent.", "New headset is clear."),
    ),
    Request(
        "access",
        "Access to the folders of {place} for {who}",
        ("{who} starts on {day} and needs the folders of {place}", "read and write, until the end of the quarter",
         "caller says the manager agreed; approver to be asked"),
        ("Approver answered: yes, until the end of the quarter.", "Access given, ends by itself."),
    ),
    Request(
        "access",
        "Locked out after a new phone",
        ("new phone since {day}, codes don't come any more", "account locked after five tries",
         "in a hurry, has a meeting at {place}"),
        ("Second factor enrolled anew after the callback.",),
    ),
    Request(
        "changes",
        "Open {place} on Saturday: door plan",
        ("doors at {place} are to open on Saturday from eight to two", "{count} people working, from {day}",
         "alarm company is told by the client"),
        ("Plan changed for one Saturday, checked by a second person.",),
    ),
    Request(
        "billing",
        "Invoice charges {count} licences too many",
        ("last invoice has {count} licences more than they use", "they counted on {day}",
         "want a corrected one before they pay"),
        ("Corrected invoice requested from the billing system.", "Corrected invoice sent."),
    ),
    Request(
        "other",
        "Screens for the open day at {place}",
        ("open day on {day}, want two large screens at {place}", "stands and cables too", "pick up themselves"),
        ("Two screens put aside, tag {asset}.",),
    ),
)  # fmt: skip

MISSING = {
    "email": ("has no mailbox yet", "would not spell it out, asked to be phoned"),
    "phone": ("number withheld, wants mail only", "calls from a lobby phone"),
    "organization": ("private caller, organization to be found out",),
}
SHORT_CALLS = (
    ("resolved on call", "asked for the opening hours of the desk"),
    ("resolved on call", "printer was out of paper"),
    ("resolved on call", "wanted to know the status of an order at another company's shop"),
    ("wrong number", "looked for the dentist, not for us"),
    ("wrong number", "wanted a taxi"),
    ("dropped", "line went dead before a name was said; number withheld"),
    ("dropped", "caller in a tunnel, calls again"),
    ("transferred", "asked for a salesperson by name"),
    ("refused", "would not say who they are and wanted a password read out"),
    ("callback due", "in a meeting, wants to be called back after three"),
)
