"""Is slow escalation safer? One risk on ladders with more and more rungs, ultimatums or none."""

from crisisgames import Ladder, solve

FEW_RUNGS = {False: 6, True: 4}  # with ultimatums, all equilibria of longer ladders take minutes


def war(rungs, ultimatum):
    """Return P(war) over all equilibria as a text, and in the limit of quantal response."""
    game = Ladder(rungs=rungs, ultimatum=ultimatum).game()  # illustrative values, like all defaults
    _, selected = solve(game, "qre").bounds("war")
    if rungs > FEW_RUNGS[ultimatum]:
        return "not computed", selected
    equilibria = solve(game)
    assert equilibria.complete
    low, high = equilibria.bounds("war")
    return f"{low:.3f} to {high:.3f}", selected


# Who has the last word alternates with the number of rungs: odd and even ladders are two series.
for last, series in (("B", (1, 3, 5)), ("A", (2, 4, 6))):
    print(f"{last} has the last word")
    print("rungs   ultimatum   P(war), all equilibria   quantal response limit")
    for ultimatum in (False, True):
        for rungs in series:
            interval, selected = war(rungs, ultimatum)
            allowed = "allowed" if ultimatum else "none"
            print(f"{rungs:5}   {allowed:9}   {interval:22}   {selected:.3f}")
    print()
