"""Reads of matching: who could solve a problem and why; questions, candidates, answers. Only what the reader may see."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Member, Product, Production
from lianban.apps.demands import queries as demands
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.models import Study
from lianban.apps.matching import compute, rules
from lianban.apps.matching.models import TeamCandidate, TeamQuestion
from lianban.apps.parties.rules import Actor
from lianban.kit.confidentiality import highest
from lianban.kit.text import Text

JOB = "matching.team"
KIND = "team"


@dataclass(frozen=True, slots=True)
class Solver:
    """An organisation that may solve a problem: its points and the reasons behind them."""

    member: Member
    reasons: tuple[rules.Reason, ...]
    levels: dict[str, int]
    confidentiality: str

    @property
    def code(self) -> str:
        return self.member.organisation.code

    @property
    def name(self) -> Text:
        return Text(self.member.name, self.member.name_en or self.member.name)

    @property
    def kind_name(self) -> Text:
        return rules.KINDS.get(self.member.kind, Text(self.member.kind, self.member.kind))

    @property
    def points(self) -> int:
        return sum(reason.points for reason in self.reasons)

    @property
    def why(self) -> Text:
        return Text("；".join(r.text.zh for r in self.reasons), "; ".join(r.text.en for r in self.reasons))


def solvers(chain: Chain, product: str, actor: Actor, *, text: str = "") -> list[Solver]:
    """Organisations that may solve a problem about a product, or in words, most evidence first; six statements.

    ``levels`` are stages of everything they make, by product code. Being local is no reason.
    """
    around = demands.surroundings(chain, actor)
    members = list(atlas.rows(actor, chain, Member).select_related("organisation"))
    made: dict[int, dict[str, str]] = defaultdict(dict)
    classes: dict[int, str] = {}
    rows = atlas.rows(actor, chain, Production).filter(organisation__isnull=False).exclude(status="stopped")
    for who, what, stage, of_class in rows.values_list("organisation_id", "product__code", "stage", "confidentiality"):
        if rules.STAGE_LEVELS.get(stage, 0) >= rules.STAGE_LEVELS.get(made[who].get(what, ""), 0):
            made[who][what] = stage
        classes[who] = highest(classes.get(who, "open"), of_class)
    answers: dict[int, list[str]] = defaultdict(list)
    for said in demands.answers_to_product(actor, chain.code, product) if product else ():
        answers[said.organisation_id].append(said.sentence)
        classes[said.organisation_id] = highest(classes.get(said.organisation_id, "open"), said.confidentiality)
    told = {row.code: row for row in atlas.rows(actor, chain, Product)}
    asked = f"{_of(told[product]) if product in told else ''} {text}"
    texts = [
        " ".join([*(_of(told[c]) for c in made[m.organisation_id] if c in told), *answers[m.organisation_id]])
        for m in members
    ]
    found = []
    for member, like in zip(members, compute.likenesses(asked, texts), strict=True):
        who = member.organisation_id
        why = rules.reasons(
            product=product, made=made[who], names=around.names, around=around, kind=member.kind, answers=answers[who],
            likeness=like,
        )  # fmt: skip
        if any(one.kind not in ("research", "results") for one in why):  # these alone say nothing of this problem
            levels = {code: rules.STAGE_LEVELS.get(stage, 0) for code, stage in made[who].items()}
            of_class = highest(member.confidentiality, classes.get(who, "open"))
            found.append(Solver(member, tuple(why), levels, of_class))
    return sorted(found, key=lambda one: (-one.points, one.code))


def names(chain: Chain, actor: Actor) -> dict[str, Text]:
    """Names of the products this reader may see, by code; one statement."""
    rows = atlas.rows(actor, chain, Product).values_list("code", "name", "name_en")
    return {code: Text(zh, en or zh) for code, zh, en in rows}


def _of(product: Product) -> str:
    """Everything a product's row says in words."""
    return " ".join((product.name, product.name_en, product.grade, product.application, product.description))


def questions(chain: Chain, actor: Actor) -> QuerySet[TeamQuestion]:
    """Questions of a chain this reader may see, newest first, with how many candidates have a cost; one statement."""
    found = TeamQuestion.objects.filter(chain=chain, confidentiality__in=actor.visible_classes(chain.code))
    return found.annotate(
        n_candidates=Count("candidates"), n_costs=Count("candidates", filter=Q(candidates__cost_fen__isnull=False))
    ).order_by("-id")


def question(chain: Chain, pk: int, actor: Actor) -> TeamQuestion | None:
    """One question, or None alike where it is missing or hidden; one statement."""
    return questions(chain, actor).filter(pk=pk).first()


def candidates(asked: TeamQuestion) -> list[TeamCandidate]:
    """Candidates of a question; one statement."""
    return list(asked.candidates.select_related("organisation").order_by("organisation__code"))


def candidate(asked: TeamQuestion, code: str) -> TeamCandidate | None:
    """One statement."""
    return asked.candidates.select_related("organisation").filter(organisation__code=code).first()


def answers(asked: TeamQuestion, actor: Actor) -> QuerySet[Study]:
    """Answers of a question, newest first; one statement."""
    return diagnosis.studies(asked.chain, actor, KIND).filter(parameters__question=asked.pk)


def newest(asked: TeamQuestion, actor: Actor) -> Study | None:
    """The newest answer with its result; one statement."""
    return answers(asked, actor).defer(None).first()


def under_way(asked: TeamQuestion) -> bool:
    """Whether the question as it is now waits or is being solved; one statement."""
    wanted: dict[str, Any] = {"chain": asked.chain.code, "study": KIND, "parameters__question": asked.pk,
                              "parameters__changed": asked.changed}  # fmt: skip
    return diagnosis.under_way(JOB, wanted)
