"""Compare a hotline and a notice: what each does to war in one and the same crisis."""

from crisisgames import Hotline, Incident, Notification, compare, none

crisis = Incident(suspicion=0.4, clarity=0.2)  # illustrative values, like all defaults
hotline, notice = Hotline("theatre"), Notification(strength=0.5)

comparison = compare(crisis, [none, hotline, notice, hotline & notice])

print(comparison.table().to_string())
print()
print(comparison.explain())

# The numbers behind the table, labelled: here the interval of P(war) for each institution.
war = comparison.dataset.sel(outcome="war")
for name in war.mechanism.values:
    at = war.sel(mechanism=name)
    print(f"{name}: {float(at.low):.4f} to {float(at.high):.4f}, selected {float(at.selected):.4f}")
