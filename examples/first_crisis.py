"""Your first crisis in fifteen lines: a challenge, a reply, and a side whose resolve is private."""

from crisisgames import ExtensiveFormGame, Parameter, chance, end, move, solve, tell

cost = Parameter("war_cost", (0, 1), default=0.3, meaning="cost of war to a weak B, utils")


def challenged(cost_of_war):
    war = end("war:deliberate", {"A": -0.2, "B": 0.5 - cost_of_war})
    reply = move("B", {"concede": end("concession", {"A": 1, "B": 0}), "resist": war})
    return move("A", {"refrain": end("status quo", {"A": 0, "B": 1}), "challenge": reply})


strong, weak = tell({"B": "strong"}, challenged(0.1)), tell({"B": "weak"}, challenged(cost * 2))
game = ExtensiveFormGame(chance({"strong": (0.7, strong), "weak": (0.3, weak)}))

equilibria = solve(game)
print(equilibria.explain())
print("P(war) over all equilibria:", equilibria.bounds("war"))
