"""A project on the stage, with a word in every text of it; and its rows in the table of who may do what."""

from datetime import timedelta

from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from lianban.apps.projects import services
from lianban.apps.projects.models import LevelRise, PriorityPurchase, TestReport
from lianban.apps.rulesets import queries as rulesets

OWNER = "owner"
OFFICE, BUREAU = "projects.archive", "projects.decide"  # deeds that these offices alone may do


def tell(stage, chain, at, readers):
    """A project of the office's class, carried out by a firm that nobody of the cast acts for."""
    who, day = readers("office", deed="projects.see"), at.date()

    def word(what):
        return stage.word(f"project.{what} (office)", who)

    lead = Organisation.objects.get(code=stage.codes["organisation"]["open"])
    target = {"name": word("target"), "comparison": "<=", "threshold": "1", "unit": word("unit"), "test_method": word("method"), "test_body": word("body")}  # fmt: skip
    project = services.start(
        subject="test.challenge:1", chain=chain, product="film", title=word("title"), lead=lead, kind="tackling",
        indicators=[target], milestones=[(word("milestone"), day + timedelta(days=90), word("deliverable"), 700)],
        frozen=rulesets.freeze(chain.code, day, "challenge", "project"), acceptance_payment_fen=300,
        agreement_ref="test.agreement:1", by=SYSTEM, at=at,
    )  # fmt: skip
    stage_row, _ = project.milestones.all()
    stage_row.report, stage_row.check_note = word("report"), word("check note")
    stage_row.save()
    TestReport.objects.create(target=project.targets.get(), body=lead, number=word("report number"), issued_on=day, value=1,
                              kept_at=word("kept at"), entered_by="user:0", entered_at=at)  # fmt: skip
    promise = PriorityPurchase.objects.create(
        project=project, buyer=lead, quantity=5, unit=word("purchase unit"), price_rule=word("price rule"), starts_on=day,
        ends_on=day + timedelta(days=9), quality_gate=word("quality gate"), by="user:0", at=at,
    )  # fmt: skip
    rise = LevelRise.objects.create(
        project=project, product="film", organisation=lead, stage="pilot", n_accepted=1, reason=word("rise"),
        proposed_by="user:0", proposed_at=at,
    )  # fmt: skip
    stage.pks["project"] = {"bags": project.pk, "stage": stage_row.pk, "target": project.targets.get().pk,
                            "purchase": promise.pk, "rise": rise.pk}  # fmt: skip


def rows(stage, today):
    """As the table in test_permissions: the view, who may, an address, good data."""
    pks, view = stage.pks["project"], "lianban.apps.projects.views.pages.do"
    said = {"reason": "理由", "evidence": "纪要"}
    used = {"user": "firm-own", "used_on": today, "evidence": "合同"}
    of_stage = {
        "report": (OWNER, {"report": "完成"}),
        "check": ("projects.check", {"note": "属实"}),
        "send_back": ("projects.check", {"sent_back": "缺附件"}),
        "decide": (BUREAU, {"passed": "yes", "released": "7", **said}),
        "pay": ("projects.pay", {"amount": "7", "proof": "回单"}),
    }
    of_target = {
        "enter_report": ("projects.pay", {"body": "firm-own", "number": "R-1", "issued_on": today, "value": "1"}),
        "judge": (BUREAU, {"accepted": "no", "found": "未达到"}),
    }
    whole = {
        "ask_extension": (OWNER, {"until": "2099-01-01", "reason": "理由"}),
        "answer_extension": (BUREAU, {"granted": "no", "reason": "理由"}),
        "ask_acceptance": (OWNER, {"summary": "完成"}),
        "open_acceptance": (BUREAU, {}),
        "return_acceptance": (BUREAU, {"sent_back": "缺附件"}),
        "call_acceptance": (BUREAU, {"reason": "逾期"}),
        "conclude": (BUREAU, {"outcome": "not_met_diligent", "released_last": "0", **said}),
        "terminate": (BUREAU, said),
        "revoke": (BUREAU, said),
        "appeal": (OWNER, {"reason": "理由"}),
        "answer_appeal": ("projects.answer_appeal", {"answer": "uphold", "released_last": "0", "reason": "理由"}),
        "consent": (OWNER, {}),
        "take_effect": (OFFICE, {}),
        "archive": (OFFICE, {}),
        "first_use": (OFFICE, used),
        "spread": (OFFICE, used),
        "confirm_use": (OWNER, {}),
        "promise": (OFFICE, {"buyer": "firm-own", "quantity": "5", "unit": "kg", "price_rule": "市价", "starts_on": today,
                             "ends_on": "2099-01-01", "quality_gate": "合格"}),
        "follow_up": (OWNER, {"progress": "已用"}),
        "propose_rise": ("projects.pay", {"stage": "small_batch", "reason": "理由"}),
    }  # fmt: skip
    of_rise = {"confirm_rise": (OFFICE, {}), "decline_rise": (OFFICE, {"reason": "理由"})}
    order = {"ordered_on": today, "quantity": "1", "unit_price": "1", "passed_gate": "yes", "evidence": "订单"}
    items = (("stage", of_stage), ("target", of_target), ("rise", of_rise), ("purchase", {"order": (OFFICE, order)}))
    base = f"/projects/{pks['bags']}/do"
    return [
        *((view, who, f"{base}/{verb}/", data) for verb, (who, data) in whole.items()),
        *((f"{view}_to", who, f"{base}/{verb}/{pks[kind]}/", data)
          for kind, verbs in items for verb, (who, data) in verbs.items()),
    ]  # fmt: skip
