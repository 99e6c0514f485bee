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
from lianban.apps.diagnosis.queries.sets import WORST, WORST_NAME, NamedSet, named_sets, scenario_sets, worst
from lianban.apps.diagnosis.queries.studies import (
    KINDS,
    STUDY_JOB,
    WHAT_IF_JOB,
    asked_jobs,
    newest_study,
    studies,
    study,
    under_way,
    what_if_job,
)

__all__ = [
    "KINDS",
    "RUN_JOB",
    "STUDY_JOB",
    "VIEWS",
    "WHAT_IF_JOB",
    "WORST",
    "WORST_NAME",
    "Filters",
    "Listing",
    "NamedSet",
    "Offer",
    "Page",
    "asked_jobs",
    "indicator",
    "indicators",
    "jobs",
    "latest_run",
    "listing",
    "may_as_responsible",
    "named_sets",
    "newest_study",
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
    "scenario_sets",
    "studies",
    "study",
    "under_way",
    "weak_point",
    "weak_points",
    "what_if_job",
    "worst",
]
