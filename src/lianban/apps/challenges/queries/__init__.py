"""Reads of challenges: nothing that the reader may not see leaves here, not even as a count."""

from collections.abc import Sequence

from lianban.apps.challenges.queries.desk import Offer, Owed, can_see_inside, offers, owed
from lianban.apps.challenges.queries.drafting import prefilled, stated
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
from lianban.apps.challenges.queries.telling import story, waiting

__all__: Sequence[str] = [
    "Offer", "Owed", "acceptance_due", "answer_of", "answers_seen", "barred", "blind_text", "can_see_inside", "challenge",
    "count_open", "eligible", "listing", "named_text", "of_product", "offers", "outcome_of", "owed", "parties_in",
    "posters_people", "prefilled", "project_of", "project_of_winner", "related_to_poster", "stated", "story", "visible",
    "waiting",
]  # fmt: skip
