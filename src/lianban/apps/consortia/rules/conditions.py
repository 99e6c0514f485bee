"""What a filing (备案) asks of a consortium: each condition from the frozen rules, met, unmet or unknown, all told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from lianban.apps.consortia.rules.council import Values, share_as_said
from lianban.apps.consortia.rules.membership import KINDS
from lianban.kit.money import FEN_PER_YUAN, shown
from lianban.kit.refusals import Refusal
from lianban.kit.shown import UNKNOWN
from lianban.kit.text import Text

__all__ = ["Condition", "Facts", "MemberFacts", "condition_refusals", "filing_conditions"]


RECORD = {
    True: Text("有在效记录", "a record stands"),
    False: Text("已有项目结论，无在效记录", "projects were concluded, no record stands"),
    None: Text("未知：本站没有它的项目结论", "unknown: no project of it has been concluded here"),
}


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What the conditions ask about one member."""

    kind: str
    small: bool = False
    in_chain: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the conditions ask about a consortium; None is not known, and not known is not met."""

    members: Sequence[MemberFacts] = ()
    lead_revenue_fen: int | None = None
    lead_rd_share: Fraction | None = None
    lead_rd_fen: int | None = None
    lead_source: str = ""
    agreement_in_force: bool = False
    chief_named: bool = False
    pledged_cash_fen: int = 0
    pledged_in_kind_fen: int = 0
    agreed_shares: Sequence[Fraction | None] = ()
    lead_at_fault: bool | None = None  # None: nothing of the lead has been concluded here
    extra: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition (备案条件): what is asked, what was found, whether it is met (None: not known)."""

    code: str
    name: Text
    needed: Text
    found: Text
    met: bool | None
    needs_proof: bool = True  # else only what speaks against it hinders: nobody can show a record they do not have

    @property
    def refusal(self) -> Refusal:
        told = Text("{name}：要求{needed}，现为{found}", "{name}: {needed} asked, {found} found")
        facts = {"name": self.name, "needed": self.needed, "found": self.found}
        return Refusal(f"consortia.condition.{self.code}", told.format(**facts), {"condition": self.code})


def condition_refusals(conditions: Sequence[Condition]) -> list[Refusal]:
    """Every condition that is not met, or not known to be where it has to be shown."""
    return [one.refusal for one in conditions if one.met is False or (one.met is None and one.needs_proof)]


def filing_conditions(rules: Values, facts: Facts) -> list[Condition]:
    """All conditions that these rules ask; what a rule set leaves out or puts at nothing is not asked."""
    asked = [
        *_members(rules, facts.members),
        *_lead(rules, facts),
        *_papers(rules, facts),
        *_money(rules, facts),
    ]
    return [condition for condition in asked if condition is not None]


def _members(rules: Values, members: Sequence[MemberFacts]) -> list[Condition | None]:
    n, least = len(members), int(rules.value("consortium.members_min"))
    kinds = sorted(
        {member.kind for member in members}, key=lambda kind: (list(KINDS).index(kind) if kind in KINDS else 99, kind)
    )
    names = [KINDS.get(kind, Text(kind, kind)) for kind in kinds]
    least_kinds = int(rules.value("consortium.kinds_min"))
    of_chain = sum(member.in_chain and member.kind == "firm" for member in members)
    share = share_as_said(rules.value("consortium.chain_firm_share_min"))
    small = sum(member.small for member in members)
    asks_small = bool(rules.value("consortium.sme_required"))
    said = Text("、".join(t.zh for t in names) or "无", ", ".join(t.en for t in names) or "none")
    return [
        Condition("members", Text("成员数", "members"), _n(least, "家", "at least"), _n(n, "家"), n >= least),
        Condition(
            "kinds",
            Text("成员类型", "kinds of member"),
            _n(least_kinds, "种", "at least"),
            Text(f"{len(kinds)} 种（{said.zh}）", f"{len(kinds)} ({said.en})"),
            len(kinds) >= least_kinds,
        )
        if least_kinds > 1
        else None,
        Condition(
            "chain_firms",
            Text("链上企业比例", "share of firms of the chain"),
            Text("不低于 {share}", "at least {share}").format(share=_percent(share)),
            Text(f"{of_chain}/{n} 家", f"{of_chain} of {n}"),
            n > 0 and Fraction(of_chain, n) >= share,
        )
        if share
        else None,
        Condition(
            "small_firms",
            Text("中小企业", "small and medium firms"),
            Text("至少 1 家", "at least 1"),
            _n(small, "家"),
            small > 0,
        )
        if asks_small
        else None,
    ]


def _lead(rules: Values, facts: Facts) -> list[Condition | None]:
    revenue = int(rules.value("consortium.lead.revenue")) * FEN_PER_YUAN
    share = Fraction(str(rules.value("consortium.lead.rd_share")))
    amount = int(rules.value("consortium.lead.or_rd_amount")) * FEN_PER_YUAN
    return [
        Condition(
            "lead_revenue",
            Text("牵头单位营业收入", "revenue of the lead"),
            _at_least(revenue),
            shown(facts.lead_revenue_fen) if facts.lead_revenue_fen is not None else UNKNOWN,
            None if facts.lead_revenue_fen is None else facts.lead_revenue_fen >= revenue,
        )
        if revenue
        else None,
        _research(share, amount, facts) if share or amount else None,
        Condition(
            "lead_source",
            Text("牵头单位数据的依据", "source of the lead's figures"),
            Text("写明来源", "named"),
            Text(facts.lead_source or "未写", facts.lead_source or "not named"),
            bool(facts.lead_source.strip()),
        )
        if revenue or share or amount
        else None,
        Condition(
            "lead_honest",
            Text("牵头单位信用", "the lead's record"),
            Text("没有在效的可归责失败记录", "no standing failure at fault"),
            RECORD[facts.lead_at_fault],
            None if facts.lead_at_fault is None else not facts.lead_at_fault,
            needs_proof=False,
        ),
    ]


def _research(share: Fraction, amount: int, facts: Facts) -> Condition:
    """R&D share *or* amount: one of the two is enough, and both unknown is unknown."""
    tests = []
    if share:
        tests.append(None if facts.lead_rd_share is None else facts.lead_rd_share >= share)
    if amount:
        tests.append(None if facts.lead_rd_fen is None else facts.lead_rd_fen >= amount)
    needed = [Text("强度不低于 {s}", "share at least {s}").format(s=_percent(share))] if share else []
    needed += [Text("金额不低于 {a}", "amount at least {a}").format(a=shown(amount))] if amount else []
    found_share = (
        UNKNOWN if facts.lead_rd_share is None else Text(_percent(facts.lead_rd_share), _percent(facts.lead_rd_share))
    )
    found_amount = UNKNOWN if facts.lead_rd_fen is None else shown(facts.lead_rd_fen)
    return Condition(
        "lead_research",
        Text("牵头单位研发投入", "R&D of the lead"),
        Text("或".join(t.zh for t in needed), " or ".join(t.en for t in needed)),
        Text(f"强度 {found_share.zh}，金额 {found_amount.zh}", f"share {found_share.en}, amount {found_amount.en}"),
        True if True in tests else None if None in tests else False,
    )


def _papers(rules: Values, facts: Facts) -> list[Condition | None]:
    return [
        Condition(
            "agreement",
            Text("联合体协议", "consortium agreement"),
            Text("各成员已签署", "signed by all members"),
            Text("已生效", "in force") if facts.agreement_in_force else Text("未生效", "not in force"),
            facts.agreement_in_force,
        )
        if rules.value("consortium.agreement") == "required"
        else None,
        Condition(
            "chief_scientist",
            Text("首席科学家", "chief scientist"),
            Text("已明确岗位与所在单位", "post and organisation named"),
            Text("已明确", "named") if facts.chief_named else Text("未明确", "not named"),
            facts.chief_named,
        )
        if rules.value("consortium.chief_scientist") == "required"
        else None,
    ]


def _money(rules: Values, facts: Facts) -> list[Condition | None]:
    most = rules.get("consortium.in_kind_share_max")
    pledged = facts.pledged_cash_fen + facts.pledged_in_kind_fen
    in_kind = Fraction(facts.pledged_in_kind_fen, pledged) if pledged else None
    shares = list(facts.agreed_shares)
    total = None if None in shares or not shares else sum((share for share in shares if share is not None), Fraction(0))
    return [
        Condition(
            "contributions",
            Text("成员投入", "contributions"),
            Text("已有承诺", "some are pledged"),
            shown(pledged) if pledged else Text("无", "none"),
            pledged > 0,
        ),
        Condition(
            "in_kind",
            Text("实物投入比例", "share in kind"),
            Text("不高于 {share}", "at most {share}").format(share=_percent(share_as_said(most))),
            UNKNOWN if in_kind is None else Text(_percent(in_kind), _percent(in_kind)),
            None if in_kind is None else in_kind <= share_as_said(most),
        )
        if most is not None
        else None,
        Condition(
            "agreed_shares",
            Text("约定的收益份额", "agreed shares of the benefit"),
            Text("每家都有，合计 100\u2009%", "one for each member, together 100\u2009%"),
            UNKNOWN if total is None else Text(_percent(total), _percent(total)),
            None if total is None else total == 1,
        ),
    ]


def _n(number: int, unit: str, least: str = "") -> Text:
    return Text(f"至少 {number} {unit}", f"{least} {number}") if least else Text(f"{number} {unit}", str(number))


def _at_least(amount_fen: int) -> Text:
    return Text("不低于 {amount}", "at least {amount}").format(amount=shown(amount_fen))


def _percent(share: Fraction) -> str:
    figure = f"{float(share * 100):.2f}".rstrip("0").rstrip(".")
    return f"{figure}\u2009%"
