"""What scenes of the two roads share: a row with a word in every text, and a form filled in as its fields ask."""

from datetime import timedelta
from functools import cache

from django import forms
from django.db import models
from django.utils import timezone

from lianban.apps.rulesets import queries as rulesets

# Text columns that hold a word of a list, a reference or a code, and so cannot be any word.
CODED = {
    "state", "kind", "klass", "mode", "scale", "ownership", "comparison", "confidentiality", "posted_class", "model", "form", "role",
    "decision", "verb", "from_state", "to_state", "by", "choice", "method", "outcome", "weak_point", "demand_ref", "product", "stage",
    "agreement_ref", "project", "project_ref", "via_consortium", "receipt", "digest", "hash", "entry_set", "demand_code", "code",
}  # fmt: skip


@cache
def frozen(chain_code, day, *groups):
    """Rules as a case keeps them; read once a session, for no scene puts others in force."""
    return rulesets.freeze(chain_code, day, *groups).as_dict()


def row(stage, model, of_class, readers, /, inner=None, within=(), **columns):
    """Create one row: every text is a word that ``readers`` may read; those named in ``within`` are for ``inner`` alone."""
    words = {
        f.name: stage.word(f"{model.__name__}.{f.name} ({of_class})", inner if f.name in within else readers)
        for f in model._meta.concrete_fields
        if isinstance(f, models.CharField | models.TextField) and f.name not in columns
        if f.name not in CODED and not f.name.endswith("_by")
    }
    references = {
        f.name: "user:0"
        for f in model._meta.concrete_fields
        if f.name not in columns and not f.blank and (f.name == "by" or f.name.endswith("_by"))
    }
    return model.objects.create(**words, **references, **columns)


def sent(form):
    """Good enough data for every field that is required, and the first choice of every other choice."""
    found = {"sent": "yes"}  # a form without a required field is sent too
    for name, one in form.fields.items() if form else ():
        if isinstance(one, forms.ModelChoiceField):
            first = one.queryset.first()
            value = first.pk if first and one.required else ""
        elif isinstance(one, forms.ChoiceField):
            value = next((str(code) for code, _ in one.choices if code), "") if one.required else ""
        elif not one.required or isinstance(one, forms.BooleanField):
            continue
        elif isinstance(one, forms.DateTimeField):
            value = (timezone.localtime() + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M")
        elif isinstance(one, forms.DateField):
            value = str(timezone.localdate() + timedelta(days=40))
        elif isinstance(one, forms.IntegerField | forms.DecimalField):
            value = str(one.min_value or 1)
        else:
            amount = type(one).__name__ in ("YuanField", "WanField")
            value = "1" if amount else "说明"
        if value != "":
            found[name] = str(value)
    return found
