"""When the provider may report to the officer how community work ended."""

from audit.trail import IllegalMove, Refusal
from placements.rules.words import in_words


def check_may_report(*, credited: int, left: int, placed: bool, open_sites: list[str], closed: bool, waiting: int):
    """Refuses while there is nothing to report or the work goes on: until the hours are done, no placement is open any
    more, or the case is closed. Outcomes that are missing come first. `waiting`: sessions that are over without one."""
    if not placed and not credited:
        raise IllegalMove("No placement was ever planned in this case, so there is nothing to report.")
    if closed:
        return
    if waiting:
        which = "1 work session has" if waiting == 1 else f"{waiting} work sessions have"
        raise IllegalMove(f"{which} no outcome yet: record what came of them before you report.")
    if left and open_sites:
        raise IllegalMove(
            f"{in_words(left)} are left to do, and the placement at {' and '.join(open_sites)} goes on. Report once "
            "the hours are done or the placement has ended."
        )


def check_what_changed(number: int, made_by: str, made_on: str, changed_because: str) -> None:
    """A report after the first says what differs: the officer has read the one before."""
    if number > 1 and not changed_because.strip():
        raise Refusal(
            f"Report {number - 1} was made by {made_by} on {made_on}. Enter what differs from it.", "changed_because"
        )
