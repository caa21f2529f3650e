"""A host for talks: it may bring both sides to the table, and it may backfire."""

from crisisgames import Talks, ThirdPartyHost, compare, none, solve

# The third state breaks its channel to China if it believes that talks are held. Without a host
# talks are refused, and it has no reason to; see `Talks` for the rules.
divided = Talks()  # illustrative values, like all defaults
split = Talks(prob_pragmatic=0.6, price_conservative=2.5, agitation=0.2, endorsement_fear=1.5)

for title, crisis in {
    "Conservatives can be won over": divided,
    "Conservatives never talk": split,
}.items():
    comparison = compare(crisis, [none, ThirdPartyHost()])
    print(title)
    print(comparison.table()[["P(war)", "selected", "payoff C", "equilibria"]].to_string())
    print()

# Why the host backfires in the second: silence no longer tells the third state that nobody talks.
(hosted, *_) = solve(ThirdPartyHost()(split).game())
print("K where nothing leaked:", hosted.strategy["K"][("nothing leaked",)])

# Why talks may be held without a host in the first: everybody believes that they are.
for c in solve(divided.game()).classes:
    low, high = (sum(p[k] for o, p in c.outcomes.items() if o.startswith("held")) for k in (0, 1))
    print(f"P(war) {c.outcomes['war:inadvertent'][0]:.4f}, talks held and peace {low:.2f}")
