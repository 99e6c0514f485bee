"""Intervals (不确定区间) of a chain whose facts are incomplete: docs/models/reconstruct.md.

``chain.intervals(n=200, seed=1)`` → ``Intervals``. What is told stays as it is; what is not told is drawn from stated
priors, ``n`` times, and every loss is computed on every draw. The shape of ``Intervals.to_dict()``::

    schema            "lianban/intervals/1"
    n, seed           draws and seed; same chain, rules, n and seed → the same bytes
    levels            [0.5, 0.8, 0.9]
    ruleset, ruleset_fingerprint, fingerprint (of the chain), engine, confidentiality, judgement_only
    products          list, the largest median severity first; those of unknown severity last:
        code, name {zh, en}, level, basis ("shares" | "domestic_rate" | "world_shares" | "level" | "unknown")
        prior_only    true: nothing is known of its foreign share, the cut stands on the prior alone
        loss_stop, loss_cut, severity: an interval or null
        why           {zh, en} or null: why an interval is null
        fact          position in ``facts`` of the fact that would narrow this product most, or null
    organisations     list, the largest median loss first: code, name {zh, en}, loss (an interval or null), fact
    facts             list, the fact worth most first; see below
    best_fact         position in ``facts`` of the fact worth most, or null where nothing is uncertain
    measure           what ``facts`` are judged by: "severity", "loss_cut" or "loss_stop", over all products
    assumptions       list of {zh, en}: every prior that was used, with its numbers
    uncertain         counts of what was drawn: {"shares": …, "foreign_shares": …, "supplies": …, "essential": …, "costs": …}
    misfit            mean part of deliveries that would have to move to fit all shares exactly

    an interval       {"computed": number the diagnosis gives, or null,
                       "median": …, "median_error": Monte-Carlo error of the median,
                       "bands": [{"level": 0.5, "low": …, "high": …, "low_error": …, "high_error": …}, … 0.8, 0.9],
                       "rank": {"median": …, "bands": [{"level": 0.5, "low": …, "high": …}, …]}}
    a fact            {"kind": "share" | "foreign_share" | "supplier" | "essential" | "cost" | "links",
                       "text": {zh, en}: "若查明 …，…", "product": code or null, "input": code or null, "source": label of a node
                       or null, "buyer": label or null, "organisation": code or null,
                       "variance": part of the variance it explains (estimate from the draws),
                       "narrowing": part by which the mean 90 % interval would shrink, or null where not verified,
                       "verified": true where the narrowing was found by drawing again with the fact known}

Ranks: 1 is the largest; a rank interval counts the products (or organisations) that have one.
"""

from lianban.chain.intervals.result import Fact, Interval, Intervals, OrganisationInterval, ProductInterval
from lianban.chain.intervals.run import intervals

__all__ = ["Fact", "Interval", "Intervals", "OrganisationInterval", "ProductInterval", "intervals"]
