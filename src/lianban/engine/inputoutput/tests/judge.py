"""Plain twins: sums over rounds of purchases, sector by sector."""

import numpy as np


def direct(flows, output):
    n = len(output)
    return np.array([[flows[i][j] / output[j] if output[j] else 0.0 for j in range(n)] for i in range(n)])


def rounds(step, start, n=4000):
    """start + step start + step² start + …"""
    total = term = np.asarray(start, float)
    for _ in range(n):
        term = step @ term
        total = total + term
    return total


def upstreamness(flows, uses):
    """1 × (share used at once) + 2 × (share used after one sector) + …, counted sector by sector."""
    n = len(uses)
    onward = np.array([[flows[i][j] / uses[i] if uses[i] else 0.0 for j in range(n)] for i in range(n)])
    at_once = 1 - onward.sum(axis=1)
    stages, term = np.zeros(n), at_once
    for stage in range(1, 4000):
        stages = stages + stage * term
        term = onward @ term
    return stages


def extraction(flows, output, k):
    """Take sector k out of the table, ask the others' final use again, compare all output."""
    a, x = direct(flows, output), np.asarray(output, float)
    final = x - a @ x
    left = [i for i in range(len(x)) if i != k]
    without = np.linalg.solve(np.eye(len(left)) - a[np.ix_(left, left)], final[left])
    return (x.sum() - without.sum()) / x.sum()
