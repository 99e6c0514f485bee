"""Reads of challenges: nothing that the reader may not see leaves here, not even as a count."""

from lianban.apps.challenges.queries.desk import Offer, Owed, can_see_inside, offers, owed
from lianban.apps.challenges.queries.drafting import as_written, prefilled, stated
from lianban.apps.challenges.queries.inside import (
    acceptance_due,
    barred,
    blind_text,
    eligible,
    named_text,
    outcome_of,
    parties_in,
    project_of,
    project_of_winner,
    related_to_poster,
    rest_of,
)
from lianban.apps.challenges.queries.listing import (
    answer_of,
    answers_seen,
    challenge,
    count_open,
    listing,
    of_product,
    posters_people,
    visible,
)
from lianban.apps.challenges.queries.offering import (
    against,
    conditions_asked,
    gaps,
    notice_stands,
    panel_not,
    papers_of,
    round_of,
    seconds,
)
from lianban.apps.challenges.queries.showing import (
    file_of,
    files_of,
    item,
    lanes_shown,
    may_solve,
    not_now,
    objections_seen,
    panel_key,
)
from lianban.apps.challenges.queries.telling import story, waiting

__all__ = [
    "Offer", "Owed", "acceptance_due", "against", "answer_of", "answers_seen", "as_written", "barred", "blind_text",
    "can_see_inside", "challenge", "conditions_asked", "count_open", "eligible", "file_of", "files_of", "gaps",
    "item", "lanes_shown", "listing", "may_solve", "named_text", "not_now", "notice_stands", "objections_seen",
    "of_product", "offers", "outcome_of", "owed", "panel_key", "panel_not", "papers_of", "parties_in",
    "posters_people", "prefilled", "project_of", "project_of_winner", "related_to_poster", "rest_of", "round_of", "seconds",
    "stated", "story", "visible", "waiting",
]  # fmt: skip
