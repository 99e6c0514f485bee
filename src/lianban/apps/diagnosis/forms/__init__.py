"""Forms of the diagnosis: text in, clean values out."""

from lianban.apps.diagnosis.forms.handling import FORMS, DescribeForm, NoteForm, RunForm, form_for
from lianban.apps.diagnosis.forms.sets import ScenarioForm, WeightsForm
from lianban.apps.diagnosis.forms.what_if import WhatIfForm

__all__ = ["FORMS", "DescribeForm", "NoteForm", "RunForm", "ScenarioForm", "WeightsForm", "WhatIfForm", "form_for"]
