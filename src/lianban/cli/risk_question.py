"""What ``lianban risk`` is asked: a plain folder or a package, with its further files, read and checked together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianban.cli import output
from lianban.cli.output import CommandError

if TYPE_CHECKING:
    from lianban.chain.findings import Batch
    from lianban.chain.risk import ChainRisk, RiskQuestion
    from lianban.engine.cascade import RiskRun, SystemicRisk
    from lianban.rulebook.text import Text


@dataclass(frozen=True)
class Asked:
    """The options of the command: files by their role, parameters of the engine, scenarios of a chain."""

    path: Path
    market: str
    files: dict[str, Path]
    weights: str
    by: str
    rules: str
    options: dict[str, Any]


@dataclass
class Ready:
    """A question that is checked: ``run`` is None where a chain has no output; ``firms`` and ``groups`` name rows."""

    run: "RiskRun | None"
    question: "RiskQuestion | None"
    firms: Sequence[str]
    groups: Sequence[str]

    def answer(self, **how: Any) -> "tuple[SystemicRisk | None, ChainRisk | None]":
        """Compute; return the engine's result, and the chain's face of it where PATH is a package."""
        if self.question is not None:
            chain_result = self.question.answer(**how)
            return chain_result.result, chain_result
        assert self.run is not None
        return self.run.run(**how), None


def read(asked: Asked) -> Ready:
    """Read everything; raise DataError with all findings, or CommandError for wrong use."""
    from lianban.chain.risk import is_plain

    _refuse_missing(asked)
    if asked.files.get("psi") is None and asked.files.get("psi_up") is not None:
        raise CommandError(
            output.WRONG_USE, "--psi-up 须与 --psi 一起给出", "--psi-up needs --psi: both directions are stated then"
        )
    if asked.files.get("psi") is not None and asked.options.get("sample") is not None:
        raise CommandError(output.WRONG_USE, "--psi 与 --sample 不能同用", "--psi and --sample exclude each other")
    return _plain(asked) if is_plain(asked.path) else _chain(asked)


def _refuse_missing(asked: Asked) -> None:
    missing = [path for path in (asked.path, *asked.files.values()) if not path.exists()]
    if missing and str(asked.path).startswith("sample:"):
        missing.remove(asked.path)
    if missing:
        names_zh, names_en = "、".join(map(str, missing)), ", ".join(map(str, missing))
        raise CommandError(output.NOT_FOUND, f"找不到：{names_zh}", f"Not found: {names_en}")


def _plain(asked: Asked) -> Ready:
    from lianban.chain.risk import read_parts
    from lianban.engine.cascade import prepare

    if asked.weights not in ("", "sales"):
        raise CommandError(
            output.WRONG_USE, f"找不到权重文件 {asked.weights}", f"no such file of weights: {asked.weights}"
        )
    parts = read_parts(asked.path)
    options: dict[str, Any] = {}
    if parts.firms is not None:
        options, told = _from_files(asked, parts.firms, "sectors.csv")
        parts.told += told
    plain = parts.network()
    tell_notes(parts.told)
    run = prepare(plain.network, **_market(asked, options), **asked.options)
    return Ready(run, None, plain.firms, plain.sectors)


def _chain(asked: Asked) -> Ready:
    from lianban.chain.errors import DataError
    from lianban.chain.package import read_chain
    from lianban.chain.risk import RiskQuestion, RiskQuestionError
    from lianban.chain.risk.per_firm import refuse
    from lianban.chain.risk.run import risk_network
    from lianban.rulebook import RulesError
    from lianban.rulebook.text import Text

    chain = read_chain(str(asked.path))
    errors = chain.check().errors
    if len(errors):
        raise DataError(errors)
    try:
        options: dict[str, Any] = {}
        if asked.files:
            labels = risk_network(chain, asked.rules, None).nodes["label"].tolist()
            options, told = _from_files(
                asked, labels, Text("节点表（--by node 列出）", "the nodes (--by node lists them)")
            )
            refuse(told)
        options.setdefault("weights", asked.weights or "final")
        question = RiskQuestion.of(
            chain, asked.by, rules=asked.rules, as_of=None, **_market(asked, options), **asked.options
        )
    except RiskQuestionError as error:
        raise CommandError(output.WRONG_USE, error.text.zh, error.text.en, code="question") from error
    except RulesError as error:
        zh, en = ("\n".join(getattr(problem, language) for problem in error.problems) for language in ("zh", "en"))
        raise CommandError(output.WRONG_USE, zh, en, code="rules") from error
    nodes = question.network.nodes["label"].tolist()
    return Ready(question.run, question, nodes, question.network.products.index.tolist())


def _market(asked: Asked, options: dict[str, Any]) -> dict[str, Any]:
    """The options with the market groups that ``--market`` means: a file's, those of the network, or none."""
    return {"market": asked.market != "none", **options}


def _from_files(asked: Asked, firms: Sequence[str], where: "str | Text") -> "tuple[dict[str, Any], list[Batch]]":
    """Read the files beside PATH: arguments of the engine by name, and everything that is wrong."""
    from lianban.chain.risk.per_firm import read_market, read_per_firm

    found: dict[str, Any] = {}
    told: list[Batch] = []
    for role, path in asked.files.items():
        if role == "market":
            found["market"], batches = read_market(path, firms, where)
            told += batches
            continue
        share = role.startswith("psi")
        one, batches = read_per_firm(path, firms, where, share=share, some=role == "weights")
        told += batches
        if one is None:
            continue
        if role in ("revenue", "costs"):
            found[role] = one.values[:, 0]
        elif role == "weights":
            single = len(one.names) == 1
            found[role] = one.values[:, 0] if single else dict(zip(one.names, one.values.T, strict=True))
        else:
            found["shocks" if role == "psi" else "shocks_up"] = one.values
            found["names"] = one.names
    return found, told


def tell_notes(told: "Sequence[Batch]") -> None:
    """Say what was done on the way, such as another encoding."""
    from lianban.chain.findings import Findings

    for line in output.finding_lines(Findings(told).of("warning", "note")):
        output.say(line)
