"""A consortium's sealed answer: the same form as everyone's, with partners from among its members."""

from typing import Any

from lianban.apps.challenges.forms import AnswerForm
from lianban.apps.consortia import rules
from lianban.apps.consortia.models import Consortium
from lianban.apps.parties.models import Organisation


class ConsortiumAnswerForm(AnswerForm):
    """The lead answers, members are its partners."""

    def __init__(self, *args: Any, consortium: Consortium, lead: Organisation, **kwargs: Any):
        super().__init__(*args, solvers=[lead], **kwargs)
        members = consortium.members.filter(state__in=rules.ACTIVE).exclude(role="lead")
        partners = Organisation.objects.filter(pk__in=members.values("organisation")).order_by("name")
        self.fields["partners"].queryset = partners  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial["partners"] = partners
