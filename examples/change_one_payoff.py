"""Change one payoff and solve again: what B's public pays for restraint, step by step."""

from crisisgames import Incident, solve, verify

game = Incident().game()  # written down and compiled once

print("audience cost   P(war)   of it misperception   P(calm)")
for cost in (0.0, 0.1, 0.2, 0.3, 0.4):
    equilibria = solve(game.at(audience_cost=cost))
    assert equilibria.complete
    (war, high), (mistaken, _) = equilibria.bounds("war"), equilibria.bounds("war:misperception")
    calm, _ = equilibria.bounds("calm")
    assert war == high  # one outcome here; print the interval where there are several
    assert verify(game.at(audience_cost=cost), equilibria[0]).worst < 1e-9
    print(f"{cost:13.1f}   {war:.4f}   {mistaken:19.4f}   {calm:.4f}")

print()
print("What happens at 0.4:")
print(equilibria[0].explain())
