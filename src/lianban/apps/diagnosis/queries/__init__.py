"""Reads of runs, lists and weak points: nothing that the reader may not see leaves here, not even as a count."""

from lianban.apps.diagnosis.queries.indicators import indicator, indicators
from lianban.apps.diagnosis.queries.listing import VIEWS, Filters, Listing, listing
from lianban.apps.diagnosis.queries.page import Offer, Page, may_as_responsible, offers, page
from lianban.apps.diagnosis.queries.pickers import pickers
from lianban.apps.diagnosis.queries.runs import (
    RUN_JOB,
    jobs,
    latest_run,
    organisation_figures,
    overview,
    product_names,
    recommended_route,
    run,
    run_under_way,
    runs,
    weak_point,
    weak_points,
)

__all__ = [
    "RUN_JOB",
    "VIEWS",
    "Filters",
    "Listing",
    "Offer",
    "Page",
    "indicator",
    "indicators",
    "jobs",
    "latest_run",
    "listing",
    "may_as_responsible",
    "offers",
    "organisation_figures",
    "overview",
    "page",
    "pickers",
    "product_names",
    "recommended_route",
    "run",
    "run_under_way",
    "runs",
    "weak_point",
    "weak_points",
]
