"""Forms of the council: meetings, motions, votes, the roadmap."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lianban.apps.consortia import rules
from lianban.apps.consortia.forms.fields import LinesField, day, goals, options, said, text
from lianban.apps.consortia.forms.founding import DeedForm


class MeetingForm(DeedForm):
    title = text(_("会议名称"), 200)
    held_on = day(_("会议日期"))
    votes_until = day(_("表决截止日"), _("当日 24 时截止；全部表决后可提前计票。"))

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        end = datetime.combine(given["votes_until"], time(23, 59, 59))
        return {**given, "votes_until": timezone.make_aware(end)}


class MinutesForm(DeedForm):
    minutes = text(_("会议纪要"), 8000, rows=8)


class RoadmapForm(DeedForm):
    items = LinesField(
        ("goal", "measure", "by", "budget"), least=3, label=_("路线图目标"),
        help_text=_("每行一个：目标｜怎样衡量｜期限（2027-06-30）｜经费（元，可不填）。可从表格粘贴。"),
    )  # fmt: skip

    def clean_items(self) -> Any:
        return goals(self.cleaned_data["items"])


class VoteForm(DeedForm):
    choice = forms.ChoiceField(label=_("表决"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.choose("choice", options(rules.CHOICES))


class MotionForm(DeedForm):
    """One form for every kind of motion: what it is about is one choice that says its kind."""

    about = forms.ChoiceField(label=_("议案"))
    title = text(_("议案说明"), 300, required=False, help_text=_("不写则用议案名称。"))

    def prepare(self) -> None:
        assert self.consortium is not None
        self.found: dict[str, tuple[str, dict[str, Any], str]] = {}
        for kind, subject, words, more in self._subjects():
            key = f"{kind}:{getattr(subject, 'pk', '')}:{more.get('method', '')}"
            about = {**more, **({SUBJECTS[type(subject).__name__]: subject} if subject is not None else {})}
            self.found[key] = (kind, about, words)
        self.choose("about", [("", "—"), *((key, words) for key, (_kind, _about, words) in self.found.items())])

    def _subjects(self) -> Any:
        c, names = self.consortium, rules.MOTION_KINDS
        assert c is not None
        for roadmap in c.roadmaps.filter(passed_at__isnull=True)[:1]:
            yield "roadmap", roadmap, f"{said(names['roadmap'])}（V{roadmap.version}）", {}
        for topic in c.topics.filter(state__in=("proposed", "passed")):
            kind = "topic" if topic.state == "proposed" else "drop_topic"
            yield kind, topic, f"{said(names[kind])}：{topic.title}", {}
        for split in c.splits.filter(state="computed"):
            methods = rules.offered(c.frozen.value("consortium.benefit_methods"), c.terms.get("benefit", ""))
            for method in methods:
                words = f"{said(names['split'])}：{split.what}，{said(rules.METHODS[method])}"
                yield "split", split, words, {"method": method}
        for member in c.members.select_related("organisation"):
            for kind in {"agreed": ["accession"], "acceded": ["lead", "expulsion"], "leaving": ["exit", "expulsion"]}.get(member.state, []):  # fmt: skip
                if not member.is_lead:
                    yield kind, member, f"{said(names[kind])}：{member.organisation.name}", {}
        for kind in ("convert", "dissolve", "other"):
            if kind == "other" or kind in rules.STATES.verbs_from(c.state):
                yield kind, None, said(names[kind]), {}

    def values(self) -> dict[str, Any]:
        kind, about, words = self.found[self.cleaned_data["about"]]
        return {"kind": kind, "title": self.cleaned_data["title"].strip() or words, **about}


SUBJECTS = {"Roadmap": "roadmap", "Topic": "topic", "Split": "split", "Member": "member"}
