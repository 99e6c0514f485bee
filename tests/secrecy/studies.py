"""Sets, costs and studies of the secrecy stage: every kind of study with words in what it names."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lianban.apps.diagnosis.models import ScenarioSet, Study
from lianban.apps.measures.models import ActionCost


def tell(stage: Any, chain: Any, at: datetime, readers: Callable[..., frozenset[str]]) -> None:
    """Sets, costs and studies of the inner classes, with words in every text and in what they name."""
    candidates = [
        {
            "code": "stock:film:30",
            "kind": "stock",
            "kind_name": {"zh": "储备", "en": "stock"},
            "product": "film",
            "amount": 30.0,
        }
    ]
    for c in ("office", "private"):
        who = readers(c, deed="diagnosis.see")

        def word(what: str, c: str = c, who: frozenset[str] = who) -> dict[str, str]:
            told = stage.word(f"{what} ({c})", who)
            return {"zh": told, "en": told}

        one = {
            "name": word("set.scenario"),
            "asked": {"cuts": [["JP", "film"]]},
            "probability": None,
            "basis": word("set.basis")["zh"],
        }
        row = ScenarioSet.objects.create(
            chain=chain,
            name=word("set.name")["zh"],
            scenarios=[one],
            confidentiality=c,
            made_by="user:0",
            changed_at=at,
        )
        stage.pks.setdefault("set", {})[c] = row.pk
        ActionCost.objects.create(
            chain=chain, action="stock:film:30", amount_fen=100, source=word("cost.source")["zh"], note=word("cost.note")["zh"],
            observed_on=at.date(), confidentiality=c, entered_by="user:0", role="officer", entered_at=at,
        )  # fmt: skip
        told = {name: word(f"action.{name}") for name in ("what", "effect", "why", "product_name", "who_name")}
        actions = [{**candidates[0], **told}]
        fact = {
            "kind": "share",
            "text": word("fact.text"),
            "organisation": None,
            "variance": 0.1,
            "narrowing": None,
            "verified": False,
        }
        results = {
            "actions": {"actions": actions},
            "intervals": {"n": 20, "products": [_interval(word("interval.name"))], "facts": [fact], "assumptions": [word("interval.prior")]},
            "risk": {"scenarios": [_risk(word("risk.name"))], "notes": [word("risk.note")]},
            "portfolio": _portfolio(actions, word),
        }  # fmt: skip
        for kind, result in results.items():
            number = Study.objects.count() + 1
            Study.objects.create(
                chain=chain, number=number, kind=kind, result=result, engine="1", pack="cn-core-2025", rules_fingerprint="sha256:r",
                data_fingerprint="sha256:d", data_stamp=chain.stamp, data_class=c, asked_by="user:0", started_at=at,
                finished_at=at, confidentiality=c, seed=1,
                parameters={"top": 5, "set": word("study.set"), "budget_fen": 100, "objective": "expected", "scenarios": [],
                            "costs": [{"action": "stock:film:30", "amount_fen": 100, "class": c, "what": told["what"]}]},
            )  # fmt: skip
            stage.pks.setdefault("study", {})[f"{kind} {c}"] = number


def _interval(name: dict[str, str]) -> dict[str, Any]:
    bands = [{"level": level, "low": 0.1, "high": 0.9} for level in (0.5, 0.8, 0.9)]
    one = {
        "computed": 0.5,
        "median": 0.5,
        "bands": bands,
        "rank": {"median": 1.0, "bands": [{**b, "low": 1.0, "high": 2.0} for b in bands]},
    }
    return {
        "code": "film",
        "name": name,
        "prior_only": False,
        "why": None,
        "fact": 0,
        "loss_cut": one,
        "severity": one,
        "loss_stop": one,
    }


def _risk(name: dict[str, str]) -> dict[str, Any]:
    return {
        "code": "firm-own",
        "name": name,
        "rank": 1,
        "esri": 0.5,
        "esri_down": 0.5,
        "esri_up": 0.1,
        "own": 0.1,
        "reason": None,
    }


def _portfolio(actions: list[dict[str, Any]], word: Callable[[str], dict[str, str]]) -> dict[str, Any]:
    weighed = {"name": word("portfolio.scenario"), "probability": 1.0, "before": 0.5, "after": 0.4}
    return {
        "words": word("portfolio.words"), "status": "proved optimal", "status_text": word("portfolio.status"), "reason": word("portfolio.reason"),
        "budget": 1.0, "cost": 1.0, "value_before": 0.5, "value_after": 0.4, "n_evaluated": 1, "bound": 0.4, "gap": 0.0, "greedy": None,
        "probabilities": "given", "pareto": [{"cost": 0.0, "value": 0.5, "chosen": []}, {"cost": 1.0, "value": 0.4, "chosen": ["stock:film:30"]}],
        "pareto_exact": True, "interactions": [{"first": "stock:film:30", "second": "stock:film:60", "together": 0.1, "sum": 0.1, "interaction": 0.0}],
        "left_out": [{"code": "stock:film:60", "why": word("portfolio.left_out")}], "assumptions": [word("portfolio.assumption")],
        "scenarios": [weighed],
        "chosen": [{**actions[0], "cost": 1.0, "alone": 0.1, "last": 0.1, "contributions": [{**weighed, "gain": 0.1}],
                    "paths": [{"before": ["film"], "after": []}],
                    "facts": [{"table": "products", "code": "film", "source": "s-open", "observed_on": "2026-10-31", "age_days": 3}]}],
    }  # fmt: skip
