"""Words that look like a name where a sentence begins or a product, a company or a place is meant."""

_STARTERS = """
hi hello hey hiya thanks thank ta please pls sorry yes no ok okay yeah good morning afternoon evening dear cheers can
could would is are was were has have had do does did don't the a an my our your his her their this that these those it
its it's i i'm i've i'd i'll we we've we're you they he she if when since after before because but and or so then now
today tomorrow yesterday just still also not new old all any some each every on in at of from for with by to up out
off re fwd subject error warning user caller call called ask asked told check checked reset urgent both who what where
why how there here need needs wants want says said same another again via per ref see tried tell either only once
until while though as dr mr mrs ms miss prof sir rev nurse doctor professor captain capt cllr councillor manager
colleague boss spoke ring rang chased chasing chase confirmed confirm left emailed email mail phone password spelled
spelt wrong missing incorrect misspelled
"""
_THINGS = """
ltd limited llp llc plc group gmbh as asa inc corp co company council legal dental freight air charter systems bank
insurance logistics solutions services service school university college hospital clinic holdings partners trust
foundation hotel technologies technology software consulting media studio studios solicitors accountants airlines
airways shipping foods energy water health healthcare care housing association society institute international global
europe uk usa america england london monday tuesday wednesday thursday friday saturday sunday january february march
july september october november december christmas easter holiday windows microsoft outlook teams office excel word
powerpoint onenote onedrive sharepoint azure exchange active directory server update updates remote desktop adobe
acrobat reader google chrome firefox edge safari zoom cisco webex anyconnect citrix workspace zebra hp dell lenovo
canon xerox epson ricoh kyocera apple mac macbook ipad iphone android samsung galaxy vpn sap sage salesforce slack
jira laser laserjet officejet thinkpad surface pro plus printer printers scanner scanners label labels laptop monitor
dock docking station tablet tablets router switch firewall wifi internet network explorer defender security antivirus
authenticator file files folder drive shared mailbox calendar invite account accounts payroll finance sales marketing
hr it support helpdesk desk team department dept reception warehouse floor room rooms meeting conference boardroom
kitchen building block site unit road avenue square tower town city airport terminal gate centre center wharf south
upper lower main front back event log logs viewer screen access denied code test general director assistant engineer
officer admin administrator operations customer order orders invoice purchase delivery dispatch crew flight ticket
tickets number reference asset tag serial version release patch cloud backup database report reports portal website
web app application driver disk hard memory battery charger supply keyboard mouse headset camera speaker phones line
lines voicemail hours greeting certificate expired locked offline online down broken stuck slow dead
"""
_SURNAMES_TOO = """
april may june august hill hall house street lane park bridge court north east west power law church page head brother
black blue red green
"""

STARTERS = frozenset(_STARTERS.split())
"""Words that begin a sentence, and no name."""
THINGS = frozenset(_THINGS.split())
"""Words that belong to the name of a thing, a company, a day or a place."""
SURNAMES_TOO = frozenset(_SURNAMES_TOO.split())
"""The same, but people are called so as well: a name only where somebody says that it is one."""
