"""The answer in words (组队结果): the team and what each brings, or what to relax; the price of each wish; the curve."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from lianban.chain.interventions.verdict import money
from lianban.chain.teams.question import Question, _text, read_question
from lianban.engine.matching import Team, best_team, curve, prices, relaxations
from lianban.rulebook.text import Text

SECONDS = 60.0  # for each single search
MOST_PRICES = 40
STATUSES = {
    "proved optimal": Text("已证明最优", "proved optimal"),
    "best found": Text("已找到的最好，限时内未证明", "best found, not proved within the time limit"),
    "none": Text("没有满足全部要求的团队", "no team meets every rule"),
    "not decided": Text(
        "限时内既没找到团队，也没证明没有", "within the time limit neither a team nor a proof that there is none"
    ),
}
Step = Callable[[int, int, Text], None]


def answer(
    given: Mapping[str, Any], *, seconds: float = SECONDS, points: int = 8, step: Step | None = None
) -> dict[str, Any]:
    """Answer a question whole: team, price of each wish, curve; where there is no team, the smallest sets of rules to relax.

    ``seconds`` limits each single search. The result is plain values, ready for JSON.
    """
    begun = time.monotonic()
    question = read_question(given)
    told = step or (lambda done, total, text: None)
    told(0, 3, Text("找最优团队", "looking for the best team"))
    team = best_team(question.problem, objective=_objective(question), seconds=seconds)
    wishes: list[dict[str, Any]] = []
    line: list[dict[str, Any]] = []
    relaxed: list[dict[str, Any]] = []
    if team.found:
        asked = [k for k in question.problem.rule_keys() if not k.startswith("conflict:")][:MOST_PRICES]
        told(1, 3, Text("算每项要求的代价", "pricing each wish"))
        wishes = [
            {
                "key": one.key, "name": _both(question.names[one.key]), "price": one.price, "proved": one.proved,
                "without": _team(question, one.without),
            }
            for one in prices(question.problem, team, asked, seconds=seconds)
        ]  # fmt: skip
        told(2, 3, Text("算成本与强度曲线", "computing the cost–strength curve"))
        line = [_team(question, one) for one in curve(question.problem, points=points, seconds=seconds)]
    elif team.status == "none":
        told(1, 3, Text("找最少要放宽的要求", "looking for the fewest rules to relax"))
        relaxed = [
            {
                "rules": [{"key": key, "name": _both(question.names[key])} for key in one.keys], "proved": one.proved,
                "team": _team(question, one.team),
            }
            for one in relaxations(question.problem, seconds=seconds)
        ]  # fmt: skip
    return {
        "schema": "lianban/team-answer/1",
        "objective": question.objective,
        **_team(question, team),
        "words": _both(_words(question, team, relaxed)),
        "time_limit": seconds,
        "prices": wishes,
        "curve": line,
        "relaxations": relaxed,
        "left_out": [{"code": code, "name": _both(question.name(code))} for code in question.left_out],
        "n_candidates": len(question.codes),
        "n_capabilities": len(question.given["capabilities"]),
        "seconds": round(time.monotonic() - begun, 2),
    }


def _objective(question: Question) -> Any:
    return question.objective


def _team(question: Question, team: Team) -> dict[str, Any]:
    problem, capabilities = question.problem, question.given["capabilities"]
    by_code = {one["code"]: one for one in question.given["candidates"]}
    members = []
    for i in team.members:
        one = by_code[question.codes[i]]
        covers = [
            {"code": c["code"], "name": _both(_text(c["name"])), "level": int(problem.level[i, k])}
            for k, c in enumerate(capabilities)
            if problem.level[i, k] >= problem.least[k]
        ]
        members.append(
            {"code": one["code"], "name": _both(_text(one["name"])), "kind": one.get("kind", ""), "place": one.get("place", ""),
             "cost_fen": int(problem.cost[i]), "covers": covers}
        )  # fmt: skip
    return {
        "status": team.status, "status_text": _both(STATUSES[team.status]), "members": members,
        "cost_fen": team.cost if team.found else None, "strength": team.strength if team.found else None,
        "bound": team.bound, "gap": team.gap,
    }  # fmt: skip


def _words(question: Question, team: Team, relaxed: list[dict[str, Any]]) -> Text:
    """One sentence that an officer can repeat."""
    if team.found:
        cost, n = money(team.cost / 100), len(team.members)
        members = "1 member covers" if n == 1 else f"{n} members cover"
        k = question.problem.n_capabilities
        words = Text(
            f"{n} 家单位覆盖全部 {k} 项能力，总成本 {cost.zh}，强度 {team.strength} 分",
            f"{members} all needed capabilities ({k}) for {cost.en}, with {team.strength} points of strength",
        )
        if team.status == "best found":
            gap = team.gap or 0
            better = money(gap / 100) if team.objective == "cost" else Text(f"{gap} 分", f"{gap} points")
            return Text(
                f"{words.zh}；未证明最优，最多还能好 {better.zh}",
                f"{words.en}; not proved, at most {better.en} better is possible",
            )
        return words
    if relaxed:
        first = relaxed[0]["rules"]
        return Text(
            f"没有满足全部要求的团队；最少放宽 {len(first)} 项：" + "；".join(one["name"]["zh"] for one in first),
            f"no team meets every rule; the fewest to relax are {len(first)}: "
            + "; ".join(one["name"]["en"] for one in first),
        )
    return STATUSES[team.status]


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
