"""A panel on the stage, for the table of who may do what: its rows, and what they need to be there."""

from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.apps.review import services as review
from lianban.apps.review.models import Hit, Item, Seat
from lianban.apps.rulesets import queries as rulesets
from lianban.kit.text import Text

OWNER = "owner"


def play(stage, at):
    """An expert who works for a party, on a panel that is being seated."""
    firm, other = (Organisation.objects.get(code=code) for code in ("firm-own", "firm-other"))
    grant = open_account(
        username="seated",
        password="long-enough-1",
        shown_name="专家",
        role="expert",
        starts_on=at.date(),
        by=SYSTEM,
        at=at,
    )
    expert = review.enrol(user_id=grant.user_id, kinds=["technical"], by=SYSTEM, at=at)
    tied = review.engage(
        expert_id=expert.pk, organisation_id=firm.pk, kind="employer", evidence="名册", by=SYSTEM, at=at
    )
    grant = open_account(
        username="stands-for", password="long-enough-1", shown_name="代表", role="expert", starts_on=at.date(), by=SYSTEM,
        at=at,
    )  # fmt: skip
    representative = review.enrol(user_id=grant.user_id, kinds=["representative"], by=SYSTEM, at=at)
    panel = review.convene(
        subject="test:1", chain="bags", frozen=rulesets.freeze("bags", at.date(), "challenge", "review"), amount_fen=0,
        parties=[firm.pk], title=Text("评审", "Review"), by=SYSTEM, at=at,
    )  # fmt: skip
    Seat.objects.create(panel=panel, number=1, expert=expert, kind="technical", seated_at=at)
    Item.objects.create(panel=panel, key="a:1", code="AAAA", blind_text="匿名")
    review.recheck(panel_id=panel.pk, by=SYSTEM, at=at)
    tie = parties.tie(a=firm.pk, b=other.pk, kind="dispute", evidence="判决", source="案号", by=SYSTEM, at=at)
    bar = review.bar(user_id=expert.user_id, behaviour="plead", years=1, document="文号", by=SYSTEM, at=at)
    stage.pks["review"] = {
        "tie": tie.pk, "hit": Hit.objects.get().pk, "panel": panel.pk, "tied": tied.pk, "bar": bar.pk,
        "representative": representative.key,
    }  # fmt: skip


def rows(stage, today):
    """As the table in test_permissions: the view, who may, an address, good data."""
    seat, hit, tie = (
        Seat.objects.select_related("panel", "expert").get(),
        stage.pks["review"]["hit"],
        stage.pks["review"]["tie"],
    )
    views, pool, panel = "lianban.apps.review.views", "/review/pool/", f"/review/panels/{seat.panel.key}"
    expert = f"{pool}{seat.expert.key}"
    reason = {"reason": "理由"}
    told = {
        "a": "firm-own",
        "b": "firm-other",
        "kind": "control",
        "evidence": "登记",
        "source": "公报",
        "confidentiality": "office",
    }
    enrolled = {"user": str(stage.pks["review_user"]["expert"]), "kinds": "technical"}
    engaged = {"organisation": "firm-other", "kind": "employer", "evidence": "名册"}
    return [
        ("lianban.apps.parties.views.ties", "parties.keep_ties", "/people/ties/", told),
        ("lianban.apps.parties.views.end_tie", "parties.keep_ties", f"/people/ties/{tie}/end/", {"until": today, **reason}),
        *((f"{views}.office.step", "review.organise", f"{panel}/do/{verb}/", reason)
          for verb in ("draw", "recheck", "confirm", "resume", "open_defence", "freeze", "close", "void")),
        (f"{views}.office.decide", "review.decide_hit", f"{panel}/hits/{hit}/clear/", reason),
        (f"{views}.office.decide", "review.decide_hit", f"{panel}/hits/{hit}/uphold/", reason),
        (f"{views}.office.at_seat", "review.organise", f"{panel}/seats/1/chair/", {}),
        (f"{views}.office.at_seat", "review.organise", f"{panel}/seats/1/replace/", reason),
        (f"{views}.office.at_seat", "review.organise", f"{panel}/seats/1/rate/", {"points": "80", **reason}),
        (f"{views}.office.feedback", "review.organise", f"{panel}/items/AAAA/feedback/", {"text": "意见"}),
        (f"{views}.pool.pool", "review.keep_pool", pool, enrolled),
        (f"{views}.pool.engage", "review.keep_pool", f"{expert}/engage/", engaged),
        (f"{views}.office.appoint", "review.organise", f"{panel}/appoint/", {"expert": stage.pks["review"]["representative"]}),
        (f"{views}.pool.end_engagement", "review.keep_pool", f"{expert}/engagements/{stage.pks['review']['tied']}/end/", {"until": today}),
        (f"{views}.pool.lift_bar", "review.bar", f"{expert}/bars/{stage.pks['review']['bar']}/lift/", {"on": today, **reason}),
        (f"{views}.pool.bar", "review.bar", f"{expert}/bar/", {"behaviour": "plead", "years": "1", "document": "文号"}),
        (f"{views}.pool.dismiss", "review.keep_pool", f"{expert}/dismiss/", reason),
        (f"{views}.seats.declare", OWNER, f"/review/seats/{seat.key}/declare/", {}),
        (f"{views}.seats.reasons", OWNER, f"/review/seats/{seat.key}/reasons/", {"text": "意见"}),
        (f"{views}.seats.item", OWNER, f"/review/seats/{seat.key}/items/AAAA/", {"fit": "1"}),
    ]  # fmt: skip
