"""A proposal, a consortium and a team question on the stage, and their rows in the table of who may do what."""

from lianban.apps.challenges import rules as challenge_rules
from lianban.apps.challenges import services as challenges
from lianban.apps.consortia import services as consortia
from lianban.apps.matching import services as matching
from lianban.apps.matching.models import TeamCandidate, TeamQuestion
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from tests.secrecy import fills

OWNER, OWN_OR_NONE = "owner", "(own)"


def tell(stage, chain, at, readers):
    """A team question of the office and one of the officers, with a word in every text."""
    firm = Organisation.objects.get(code=stage.codes["organisation"]["open"])
    for c in ("office", "private"):
        who = readers(c, deed="matching.see")
        needed = [
            {
                "code": "film",
                "name": stage.word(f"TeamQuestion.capabilities ({c})", who),
                "least": 1,
                "copies": 1,
                "weight": 1,
            }
        ]
        asked = fills.row(
            stage,
            TeamQuestion,
            c,
            who,
            chain=chain,
            product="film",
            confidentiality=c,
            asked_at=at,
            capabilities=needed,
        )
        fills.row(stage, TeamCandidate, c, who, question=asked, organisation=firm, levels={"film": 2}, cost_fen=700)
        stage.pks.setdefault("team", {})[c] = asked.pk


def addresses(stage):
    firm = stage.codes["organisation"]["open"]
    base = [f"/matching/bags/teams/{pk}" for pk in stage.pks["team"].values()]
    return [f"{at}/{tab}" for at in base for tab in ("", "change/", f"candidates/{firm}/")]


def set_up(stage, chain, at):
    """Nobody of the cast acts for the consortium's lead, so what is only for the lead is for nobody here."""
    told = {"by": SYSTEM, "at": at}
    proposal = challenges.draft(
        chain=chain, product="film", title="膜材攻关", conditions=["揭榜单位须在本市注册"], **told
    )
    lead = Organisation.objects.get(code=stage.codes["organisation"]["open"])
    joined = consortia.propose(
        chain=chain, lead=lead, name="膜材联合体", purpose="膜材国产化", model="market_driven", form="agreement", **told
    )
    asked = matching.draft(chain=chain, product="film", text="", **told)
    stage.pks["road"] = {
        "challenge": proposal.pk, "condition": proposal.conditions.get().pk, "consortium": joined.pk, "team": asked.pk,
        "lead": lead.pk, "member": joined.members.get().pk,
    }  # fmt: skip


def written():
    """A proposal as its form sends it."""
    words, firm = challenge_rules.words, str(Organisation.objects.get(code="firm-own").pk)
    money = dict.fromkeys(["total_fen", "public_fen", "poster_cash_fen", "self_fen", "in_kind_fen", "payable_fen", "acceptance_fen"], "1")  # fmt: skip
    lines = {
        f"{name}-{part}": "0" for name in ("indicators", "milestones") for part in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {
        "title": "膜材", "klass": next(iter(words.CLASSES)), "mode": next(iter(words.MODES)), "scale": next(iter(words.SCALES)),
        "poster": firm, "first_user": firm, "ownership": next(iter(words.OWNERSHIP)), "months": "12",
        "posted_class": "open", **money, **lines,
    }  # fmt: skip


def rows(stage):
    """As the table in test_permissions: the view, who may, an address, good data."""
    pks, ch, co = stage.pks["road"], "lianban.apps.challenges.views", "lianban.apps.consortia.views"
    challenge, consortium = f"/challenges/{pks['challenge']}", f"/consortia/{pks['consortium']}"
    team, ma = f"/matching/bags/teams/{pks['team']}", "lianban.apps.matching.views"
    asked = {"title": "膜材团队", "capabilities": "film | 膜材 | 1 | 1 | 1", "objective": "cost"}
    proposed = {"lead": OWN_OR_NONE, "name": "联合体", "purpose": "膜材", "model": "market_driven", "form": "agreement", "confidentiality": "chain"}  # fmt: skip
    return [
        (f"{ch}.pages.draft", "challenges.propose", "/challenges/draft/bags/film/", {}),
        (f"{ch}.pages.write", "challenges.propose", f"{challenge}/write/", written()),
        (f"{ch}.pages.do", "challenges.propose", f"{challenge}/do/submit/", {}),
        (f"{ch}.pages.do_to", "challenges.give_basis", f"{challenge}/do/basis/{pks['condition']}/", {"basis": "依据"}),
        (f"{ch}.answers.answer", OWNER, f"{challenge}/answer/", {}),
        (f"{ch}.answers.withdraw_answer", OWNER, f"{challenge}/answer/{pks['lead']}/withdraw/", {}),
        (f"{co}.acting.propose", "consortia.propose", "/consortia/propose/bags/", proposed),
        (f"{co}.acting.act", OWNER, f"{consortium}/do/draft/", {}),
        (f"{co}.acting.act_on", OWNER, f"{consortium}/do/answer/{pks['member']}/", {"accept": "yes"}),
        (f"{co}.answering.answer", OWNER, f"{consortium}/lists/{pks['challenge']}/", {}),
        (f"{ma}.draft", "matching.ask", "/matching/bags/draft/", {"product": "film", "text": ""}),
        (f"{ma}.change", "matching.ask", f"{team}/change/", asked),
        (f"{ma}.solve", "matching.solve", f"{team}/solve/", {}),
        (
            f"{ma}.candidate",
            "matching.ask",
            f"{team}/candidates/firm-own/",
            {"cost": "1", "evidence": "报价", "level_0": "1"},
        ),
    ]
