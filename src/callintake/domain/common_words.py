"""Words that nearly every note of a helpdesk has, and what they can't tell."""

_FUNCTION = """
a about above after again against all almost already also although always am an and another any anybody anyone
anything are around as asap ask asked asking asks at away back be because been before began behind being below
between both but by call called caller calling calls came can cannot come comes coming could did didn do does doesn
doing don done down during each either else even ever every everybody everyone everything few for from gave get gets
getting give given gives go goes going gone got had has hasn have haven having he hello help her here hers hi him his
how i if in into is isn it its just keep keeps kept know last later less let like little made make makes many may me
might mine more most much must my named near need needed needs never new next no nobody none nor not nothing now of
off often on once one only onto or other our ours out over own per please possible put rang rather really ring ringing
said same saw say saying says see seen she should since so some somebody someone something soon speak spoke still such
take taken takes tell than thank thanks that the their them then there these they thing things this those though
through till to today tomorrow too told took try trying tried twice two under until up upon us use used user users uses
using very via want wanted wants was wasn way we week well went were weren what when where whether which while who
whole whom whose why will with within without won would yes yesterday yet you your yours
"""
_FILLING = """
busy cant client code company confirmed customer date detail details doesnt dont error errors failed fails failing
first fixed friday full general group hours house information issue issues item job line local main minutes monday
morning name number office open order people person piece place point problem problems public question reference
regards report reported request requested requests room saturday second staff start started support sunday team
thursday ticket time tuesday urgent wednesday work worked working works world
"""
_TOPICS = """
access account address agent broken computer department desk email extension external field file global home internal
international keyboard laptop login mail management meeting message mobile monitor national network north offline
online password phone power printer reboot rebooted reset restart restarted royal router scanner screen security server
service services slow social solution solutions south east west site system systems technical telephone travel united
universal window windows
"""
FUNCTION = frozenset(_FUNCTION.split())
"""Words that stand in any text."""
SAID_OF_ANYTHING = FUNCTION | frozenset(_FILLING.split())
"""Words that don't tell what a request is about."""
COMMON = SAID_OF_ANYTHING | frozenset(_TOPICS.split())
"""Words that in small letters name nobody, and never an organization by themselves."""
