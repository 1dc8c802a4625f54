"""Overhead keys per script: all keys pressed, less the characters of new information.

Run: python bench/overhead_keys.py. Plays the scripts of calls into the real program, in a pseudo-terminal of 80x24.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.conftest import DATA, LEAD, REGION, call_script
from tests.services.verifying import equip_for_scripts
from tests.terminal import calls
from tests.terminal.agent import Agent

from callintake.services import agents, directory
from callintake.store.database import open_store

GOALS = {"01": 12, "02": 20, "06": 8}
PLAYED = {
    "01": calls.known_caller,
    "02": calls.facts_out_of_order,
    "03": calls.not_authorized,
    "04": calls.fails_verification,
    "05": calls.two_contacts_one_number,
    "07": calls.drops_then_another_rings,
    "08": calls.accents_and_extension,
}


def furnish(place: Path) -> None:
    """Make a desk with the directory of the scripts."""
    store = open_store(str(place))
    with store.transaction() as session, (DATA / "directory.csv").open(encoding="utf-8") as lines:
        agents.sign_in(session, LEAD)
        directory.import_contacts(session, lines, REGION, LEAD)
        equip_for_scripts(session)
    store.close()


def main() -> None:
    print("script  information  overhead  goal")
    with tempfile.TemporaryDirectory() as folder:
        place, number = Path(folder) / "desk.db", ""
        furnish(place)
        for name in ("01", "02", "03", "04", "05", "06", "07", "08"):
            with Agent(place, call_script(name), Path(folder)) as agent:
                if name == "06":
                    calls.follow_up(agent, number)
                elif name == "01":
                    number = calls.known_caller(agent)["number"]
                else:
                    PLAYED[name](agent)
                print(f"{name:6}  {agent.information:11}  {agent.overhead:8}  {GOALS.get(name, '–'):>4}", flush=True)


if __name__ == "__main__":
    main()
