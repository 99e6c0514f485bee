"""The question as people write it (组队问题单): capabilities, candidates, rules by name; checked and turned into numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from lianban.engine.errors import LianbanError
from lianban.engine.matching import Count, Rule, Share, TeamProblem, Variety, team_problem
from lianban.engine.matching.problem import InvalidTeamProblem
from lianban.rulebook.text import Text

LEVELS = {
    0: Text("没有", "none"),
    1: Text("实验室", "laboratory"),
    2: Text("中试", "pilot line"),
    3: Text("小批量", "small batches"),
    4: Text("稳定量产", "stable volume"),
}
KINDS = {
    "firm": Text("企业", "firms"), "university": Text("高校", "universities"), "institute": Text("科研院所", "institutes"),
    "hospital": Text("医院", "hospitals"), "laboratory": Text("实验室", "laboratories"),
    "service": Text("服务机构", "service bodies"), "finance": Text("金融机构", "finance"),
}  # fmt: skip


class QuestionError(LianbanError):
    """A question that makes no sense; ``text`` says so in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


@dataclass(frozen=True, eq=False)
class Question:
    """Question (组队问题单) with its numbers: ``codes`` are the candidates in their order, ``names`` the rules by key."""

    given: Mapping[str, Any]
    problem: TeamProblem
    codes: tuple[str, ...]
    left_out: tuple[str, ...]
    names: Mapping[str, Text]
    objective: str

    def name(self, code: str) -> Text:
        """Name of a candidate."""
        return next(_text(one["name"]) for one in self.given["candidates"] if one["code"] == code)


def read_question(given: Mapping[str, Any]) -> Question:
    """Check a question; candidates without a cost are left out, and the answer says so.

    Raises
    ------
    QuestionError
        Something is missing or makes no sense.
    """
    try:
        capabilities, everybody = list(given["capabilities"]), list(given["candidates"])
        rules = dict(given.get("rules", {}))
        candidates = [one for one in everybody if one.get("cost_fen") is not None]
        codes = [one["code"] for one in candidates]
        _refuse(capabilities, everybody)
        at = {code: number for number, code in enumerate(codes)}
        names: dict[str, Text] = {}
        made = _rules(rules, candidates, names)
        problem = team_problem(
            np.array([[int(one["levels"].get(c["code"], 0)) for c in capabilities] for one in candidates],
                     np.int64).reshape(len(codes), len(capabilities)),
            np.array([int(one["cost_fen"]) for one in candidates], np.int64),
            least=_each(capabilities, "least", 1), copies=_each(capabilities, "copies", 1),
            weight=_each(capabilities, "weight", 1), rules=made,
            conflicts=[(at[a], at[b]) for a, b in given.get("conflicts", ()) if a in at and b in at],
            bonds=[(at[a], at[b], int(points)) for a, b, points in given.get("cooperation", ()) if a in at and b in at],
            pinned=[at[code] for code in given.get("pinned", ())], banned=[at[c] for c in given.get("banned", ()) if c in at],
            budget=None if given.get("budget_fen") is None else int(given["budget_fen"]),
        )  # fmt: skip
    except InvalidTeamProblem as error:
        raise QuestionError(Text(f"组队问题不成立：{error}", f"this question makes no sense: {error}")) from error
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise QuestionError(
            Text(f"组队问题缺少或写错：{error!r}", f"something is missing or wrong in the question: {error!r}")
        ) from error
    _name_rules(names, problem, capabilities, candidates)
    objective = str(given.get("objective", "cost"))
    if objective not in ("cost", "strength"):
        raise QuestionError(
            Text(f"目标只能是 cost 或 strength：{objective}", f"objective is cost or strength: {objective}")
        )
    left_out = tuple(one["code"] for one in everybody if one.get("cost_fen") is None)
    return Question(given, problem, tuple(codes), left_out, names, objective)


def _refuse(capabilities: Sequence[Mapping[str, Any]], candidates: Sequence[Mapping[str, Any]]) -> None:
    for rows, zh, en in ((capabilities, "能力", "capability"), (candidates, "候选", "candidate")):
        codes = [row["code"] for row in rows if _text(row["name"])]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise QuestionError(
                Text(f"{zh}编码重复：{'、'.join(twice)}", f"{en} codes stand twice: {', '.join(twice)}")
            )
    if not capabilities:
        raise QuestionError(Text("没有写需要的能力", "no needed capability is named"))


def _each(rows: Sequence[Mapping[str, Any]], name: str, usual: int) -> Any:
    return np.array([int(row.get(name, usual)) for row in rows], np.int64)


def _rules(rules: dict[str, Any], candidates: Sequence[Mapping[str, Any]], names: dict[str, Text]) -> list[Rule]:
    """Composition rules by their names in the question."""
    n = len(candidates)
    kinds = np.array([one.get("kind", "") for one in candidates], object)
    places = np.array([one.get("place", "") for one in candidates], object)
    made: list[Rule] = []
    least, most = rules.get("size_min"), rules.get("size_max")
    if least is not None:
        made.append(Count("size_min", np.ones(n, bool), int(least)))
        names["size_min"] = Text(f"至少 {least} 家", f"at least {least} members")
    if most is not None:
        made.append(Count("size_max", np.ones(n, bool), 0, int(most)))
        names["size_max"] = Text(f"至多 {most} 家", f"at most {most} members")
    for kind, count in sorted(dict(rules.get("kind_least", {})).items()):
        made.append(Count(f"kind_least:{kind}", kinds == kind, int(count)))
        said = KINDS.get(kind, Text(kind, kind))
        names[f"kind_least:{kind}"] = Text(f"{said.zh}至少 {count} 家", f"at least {count} {said.en}")
    for kind, part in sorted(dict(rules.get("kind_share", {})).items()):
        share = Fraction(str(part))
        made.append(Share(f"kind_share:{kind}", kinds == kind, share))
        said = KINDS.get(kind, Text(kind, kind))
        names[f"kind_share:{kind}"] = Text(f"{said.zh}占比不低于 {share}", f"{said.en} are at least {share} of all")
    for rule, labels, zh, en in (("kinds_min", kinds, "类单位", "kinds"), ("places_min", places, "个地区", "places")):
        if rules.get(rule) is not None:
            number = {label: at for at, label in enumerate(sorted({one for one in labels if one}))}
            made.append(Variety(rule, np.array([number.get(one, -1) for one in labels], np.int64), int(rules[rule])))
            names[rule] = Text(f"至少 {rules[rule]} {zh}", f"at least {rules[rule]} {en}")
    return made


def _name_rules(
    names: dict[str, Text],
    problem: TeamProblem,
    capabilities: Sequence[Mapping[str, Any]],
    candidates: Sequence[Mapping[str, Any]],
) -> None:
    for k, one in enumerate(capabilities):
        said, level, copies = _text(one["name"]), int(problem.least[k]), int(problem.copies[k])
        reached = LEVELS.get(level, Text(str(level), str(level)))
        names[f"cover:{k}"] = Text(
            f"“{said.zh}”达到{reached.zh}（{level} 级）的至少 {copies} 家",
            f"at least {copies} at level {level} ({reached.en}) of '{said.en}'",
        )
    named = [_text(one["name"]) for one in candidates]
    for i, j in problem.conflicts:
        names[f"conflict:{i}:{j}"] = Text(
            f"{named[i].zh}与{named[j].zh}不能同组", f"{named[i].en} and {named[j].en} not in one team"
        )
    for i in problem.pinned:
        names[f"pin:{i}"] = Text(f"必选{named[i].zh}", f"{named[i].en} must be in")
    for i in problem.banned:
        names[f"ban:{i}"] = Text(f"排除{named[i].zh}", f"{named[i].en} must be out")
    if problem.budget is not None:
        names["budget"] = Text(
            f"总成本不超过 {problem.budget / 100:,.2f} 元", f"at most {problem.budget / 100:,.2f} yuan"
        )


def _text(name: Any) -> Text:
    return Text(name["zh"], name.get("en") or name["zh"]) if isinstance(name, Mapping) else Text(str(name), str(name))
