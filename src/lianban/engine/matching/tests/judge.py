"""A judge that goes through every team: it shares no code with the engine."""

from fractions import Fraction


def keeps(given, team):
    """Rules a team breaks, read from the plain description of a question."""
    broken = set()
    for k, (least, copies) in enumerate(zip(given["least"], given["copies"], strict=True)):
        if sum(given["level"][i][k] >= least for i in team) < copies:
            broken.add(f"cover:{k}")
    for key, among, least, most in given["counts"]:
        there = len(team & among)
        if there < least or (most is not None and there > most):
            broken.add(key)
    for key, among, part in given["shares"]:
        if Fraction(len(team & among)) < part * len(team):
            broken.add(key)
    for key, label, least in given["varieties"]:
        if len({label[i] for i in team}) < least:
            broken.add(key)
    broken |= {f"conflict:{i}:{j}" for i, j in given["conflicts"] if {i, j} <= team}
    broken |= {f"pin:{i}" for i in given["pinned"] - team} | {f"ban:{i}" for i in given["banned"] & team}
    if given["budget"] is not None and cost(given, team) > given["budget"]:
        broken.add("budget")
    return broken


def cost(given, team):
    return sum(given["cost"][i] for i in team)


def strength(given, team):
    points = 0
    for k, (copies, weight) in enumerate(zip(given["copies"], given["weight"], strict=True)):
        points += weight * sum(sorted((given["level"][i][k] for i in team), reverse=True)[:copies])
    return points + sum(p for i, j, p in given["bonds"] if {i, j} <= team)


def every_team(given):
    n = len(given["cost"])
    for bits in range(1 << n):
        yield frozenset(i for i in range(n) if bits >> i & 1)
