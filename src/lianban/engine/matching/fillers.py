"""Who fills which row (补位): the scarcest open row, those who could fill it, and whom of them it is worth to try."""

import numpy as np

from lianban.engine.matching.places import FREE, inner, total


@inner
def scarcest(g, here, act):  # type: ignore[no-untyped-def]
    """The row that the team so far leaves open and fewest can fill; one that needs helpers only where no other is open."""
    start, at, value, inside, state = g.row_start, g.row_at, g.row_value, g.inside_start, here.state
    helper_of, least = g.helper_of, g.least
    row, fewest, with_helpers = -1, len(state) + 1, -1
    for r in range(len(here.room)):
        if helper_of[r] >= 0:
            continue
        if inside[r + 1] > inside[r]:
            with_helpers = r if total(g, act, r) < least[r] - 1e-9 else with_helpers
            continue
        if act[r] >= least[r] - 1e-9:
            continue
        many = 0
        for p in range(start[r], start[r + 1]):
            if value[p] > 0.0 and state[at[p]] == FREE:
                many += 1
        if many < fewest:
            row, fewest = r, many
    return row if row >= 0 else with_helpers


@inner
def fillers(g, here, act, row, kids):  # type: ignore[no-untyped-def]
    """Everybody free who does something for a row, himself or by a helper."""
    at, value, state = g.row_at, g.row_value, here.state
    taken = np.zeros(len(state), np.bool_)
    for p in range(g.row_start[row], g.row_start[row + 1]):
        if value[p] > 0.0:
            taken[at[p]] = True
    for p in range(g.inside_start[row], g.inside_start[row + 1]):
        h = g.inside_at[p]
        for q in range(g.defined_start[h], g.defined_start[h + 1]):
            if act[g.defined_at[q]] < g.highest[h]:
                for s in range(g.row_start[g.defined_at[q]], g.row_start[g.defined_at[q] + 1]):
                    taken[at[s]] = True
    many = 0
    for j in range(len(taken)):
        if taken[j] and state[j] == FREE:
            kids[many] = j
            many += 1
    return many


@inner
def _settled(g, here, act):  # type: ignore[no-untyped-def]
    """Rows that hold whatever else happens: nobody needs to be compared there."""
    start, at, value, inside, state = g.row_start, g.row_at, g.row_value, g.inside_start, here.state
    helper_of, least, n_rows = g.helper_of, g.least, len(here.room)
    settled = np.zeros(n_rows, np.bool_)
    for r in range(n_rows):
        if helper_of[r] < 0:
            low = act[r] if inside[r] == inside[r + 1] else total(g, act, r)
            for p in range(start[r], start[r + 1]):
                if value[p] < 0.0 and state[at[p]] == FREE:
                    low += value[p]
            settled[r] = low >= least[r] - 1e-9
    for r in range(n_rows):
        h = helper_of[r]
        if h >= 0:
            settled[r] = True
            for p in range(g.used_start[h], g.used_start[h + 1]):
                settled[r] = settled[r] and (act[r] >= g.highest[h] or settled[g.used_at[p]])
    return settled


@inner
def worth_trying(g, c, here, act, kids, many):  # type: ignore[no-untyped-def]
    """Keep those whom nobody else of the list replaces: no dearer, and as good in every row that is not settled (claim 2)."""
    settled = _settled(g, here, act)
    start, at, value = g.column_start, g.column_at, g.column_value
    does = np.zeros(len(settled))
    skip = np.zeros(many, np.bool_)
    for a in range(many):
        i = kids[a]
        for p in range(start[i], start[i + 1]):
            if at[p] < len(does):
                does[at[p]] = value[p]
        for b in range(many):
            if a != b and not skip[b] and c.cost[i] <= c.cost[kids[b]]:
                as_good, same = _compare(start, at, value, does, settled, i, kids[b])
                skip[b] = as_good and (not same or c.cost[i] < c.cost[kids[b]] or a < b)
        for p in range(start[i], start[i + 1]):
            if at[p] < len(does):
                does[at[p]] = 0.0
    kept = 0
    for a in range(many):
        if not skip[a]:
            kids[kept] = kids[a]
            kept += 1
    return kept


@inner
def _compare(start, at, value, does, settled, i, j):  # type: ignore[no-untyped-def]
    """Whether i, whose entries are in ``does``, is as good as j in every open row; and whether both are the same there."""
    n_rows = len(settled)
    same = True
    for p in range(start[j], start[j + 1]):
        r = at[p]
        if r < n_rows and not settled[r]:
            if value[p] > does[r]:
                return False, False
            same = same and value[p] == does[r]
    for p in range(start[i], start[i + 1]):
        r = at[p]
        if r >= n_rows or settled[r]:
            continue
        other = 0.0
        for q in range(start[j], start[j + 1]):
            if at[q] == r:
                other = value[q]
        if other > does[r]:
            return False, False
        same = same and other == does[r]
    return True, same


@inner
def sort(kids, many, by):  # type: ignore[no-untyped-def]
    """Cheapest first; lists are short."""
    for k in range(1, many):
        j, at = kids[k], k
        while at and by[kids[at - 1]] > by[j]:
            kids[at] = kids[at - 1]
            at -= 1
        kids[at] = j
