"""Reconcile (对照): which organisation or product of a chain somebody's own list means, for OpenRefine and its like."""

from lianban.kit import mechanisms


class ReconcileConfig(mechanisms.Mechanism):
    name = "lianban.apps.reconcile"
