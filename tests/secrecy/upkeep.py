"""Corrections and questionnaires on the secrecy stage, a word in every text, and who may do what with them."""

from datetime import timedelta

from django.contrib.auth import get_user_model

from lianban.apps.parties.models import Organisation
from lianban.apps.parties.queries import actor_of
from lianban.apps.upkeep import rules, services
from lianban.apps.upkeep.models import Correction, Merge, NamedSupplier, Questionnaire

OWNER, ANYONE, OWN_OR_NONE, WORD = "owner", "anyone", "(own)", "word-of-a-link-on-this-stage"


def tell(stage, chain, at, readers):
    """A correction of each class, and a questionnaire of the office and of the officers."""
    stage.pks["correction"], stage.pks["questionnaire"] = {}, {}
    for c in ("open", "chain", "office", "private"):
        firm = Organisation.objects.get(code=stage.codes["organisation"][c])
        who = readers(c, deed="upkeep.see")
        before = {"code": firm.code, "name": stage.word(f"Correction.before ({c})", who), "confidentiality": c}
        made = Correction.objects.create(
            chain=chain, organisation=firm, table="organisations", code=firm.code, before=before, raised_by="user:0", raised_at=at,
            after={**before, "name": stage.word(f"Correction.after ({c})", who)}, due_on=at.date() + timedelta(5),
            reason=stage.word(f"Correction.reason ({c})", who),
        )  # fmt: skip
        stage.pks["correction"][c] = made.pk
    for c in ("office", "private"):
        who = readers(c, deed="upkeep.see")
        asked = Questionnaire.objects.create(
            chain=chain, organisation=Organisation.objects.get(code=stage.codes["organisation"][c]), digest=rules.digest(WORD + c),
            confidentiality=c, state="answered", asked_by="user:0", asked_at=at, due_on=at.date() + timedelta(5),
        )  # fmt: skip
        texts = {name: stage.word(f"NamedSupplier.{name} ({c})", who) for name in ("name", "supplies")}
        NamedSupplier.objects.create(questionnaire=asked, rank=1, credit_code="", **texts)
        stage.pks["questionnaire"][c] = asked.pk


def addresses(stage):
    base = ["/upkeep/", "/upkeep/mine/", "/upkeep/corrections/", "/upkeep/merges/"]
    base += [f"/upkeep/bags/{tab}" for tab in ("", "doubts/", "burden/", "questionnaires/")]
    base += [f"/upkeep/bags/facts/{table}/?state={more}" for table in ("products", "organisations", "production", "demands") for more in ("", "&format=csv")]  # fmt: skip
    base += [f"/upkeep/corrections/{pk}/" for pk in stage.pks["correction"].values()]
    base += [f"/upkeep/questionnaires/{pk}/" for pk in stage.pks["questionnaire"].values()]
    kinds = {"organisations": "organisation", "products": "product"}
    return base + [
        f"/upkeep/bags/around/{kind}/{code}/" for kind, one in kinds.items() for code in stage.codes[one].values()
    ]


def rows(stage, at):
    """As the table in test_permissions."""
    views, firms = "lianban.apps.upkeep.views", dict(Organisation.objects.values_list("code", "pk"))
    correction, asked = stage.pks["correction"]["open"], stage.pks["questionnaire"]["office"]
    far, near = stage.codes["organisation"]["open"], stage.codes["organisation"]["chain"]
    chain = Questionnaire.objects.get(pk=asked).chain
    Questionnaire.objects.get_or_create(
        digest=rules.digest(WORD), defaults={"chain": chain, "organisation_id": firms[far], "asked_by": "user:0", "asked_at": at,
                                             "due_on": at.date() + timedelta(5)},
    )  # fmt: skip
    officer = actor_of(get_user_model().objects.get(username="officer"), today=at.date())  # who merged may take apart
    merged = Merge.objects.first() or services.merge(
        kept_id=firms["firm-other"], merged_id=firms[near], reason="更名", by=officer, at=at
    )
    line = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-name": "供应商", "form-0-supplies": "膜"}
    return [
        (f"{views}.confirm", "upkeep.decide", "/upkeep/bags/confirm/", {"table": "organisations", "code": "firm-own"}),
        (f"{views}.confirm_own", "upkeep.correct", "/upkeep/mine/bags/confirm/", {"table": "organisations", "code": OWN_OR_NONE}),
        (f"{views}.correct", OWNER, f"/upkeep/mine/bags/organisations/{far}/", {"reason": "不实", "gone": "on"}),
        (f"{views}.decide", "upkeep.decide", f"/upkeep/corrections/{correction}/refuse/", {"reason": "查无依据"}),
        (f"{views}.decide", OWNER, f"/upkeep/corrections/{correction}/withdraw/", {}),
        (f"{views}.questionnaires", "upkeep.ask", "/upkeep/bags/questionnaires/", {"organisation": "firm-own", "product": "", "confidentiality": "office"}),
        (f"{views}.questionnaire", "upkeep.ask", f"/upkeep/questionnaires/{asked}/", {"line1-organisation": ""}),
        (f"{views}.close", "upkeep.ask", f"/upkeep/questionnaires/{asked}/close/", {}),
        (f"{views}.answer", ANYONE, f"/upkeep/q/{WORD}/", line),
        (f"{views}.merges", "upkeep.merge", "/upkeep/merges/", {"kept": "firm-own", "merged": far, "reason": "更名公告"}),
        (f"{views}.take_apart", "upkeep.merge", f"/upkeep/merges/{merged.pk}/apart/", {}),
    ]  # fmt: skip
