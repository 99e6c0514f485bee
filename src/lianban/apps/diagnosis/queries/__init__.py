"""Reads of runs, lists and weak points: nothing that the reader may not see leaves here, not even as a count."""

from lianban.apps.diagnosis.queries.listing import Filters, Listing, listing
from lianban.apps.diagnosis.queries.page import Offer, Page, may_as_responsible, offers, page
from lianban.apps.diagnosis.queries.runs import (
    RUN_JOB,
    jobs,
    latest_run,
    organisation_figures,
    overview,
    run,
    run_under_way,
    runs,
    weak_point,
    weak_points,
)

__all__ = [
    "RUN_JOB",
    "Filters",
    "Listing",
    "Offer",
    "Page",
    "jobs",
    "latest_run",
    "listing",
    "may_as_responsible",
    "offers",
    "organisation_figures",
    "overview",
    "page",
    "run",
    "run_under_way",
    "runs",
    "weak_point",
    "weak_points",
]
