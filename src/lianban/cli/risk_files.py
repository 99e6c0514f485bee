"""What ``lianban risk`` writes: CSV with 17 digits, levels, sector tables, JSON, and a few lines for the person."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianban.cli import output
from lianban.cli.output import CommandError, t

if TYPE_CHECKING:
    from lianban.chain.risk import ChainRisk
    from lianban.engine.cascade import SystemicRisk


def digits(number: float) -> str:
    """Write a number with 17 significant digits, which read back as the same number; NaN where it is unknown."""
    return f"{number:.16e}" if number == number else "NaN"


def table_csv(result: "SystemicRisk | None", chain_result: "ChainRisk | None" = None) -> str:
    """The columns scenario, esri, esri_down, esri_up, iterations; what did not settle is NaN."""
    if result is None:
        assert chain_result is not None
        header = ["scenario", "esri", "esri_down", "esri_up", "iterations"]
        return _csv(header, ([one.code, "NaN", "NaN", "NaN", 0] for one in chain_result.who))
    table = result.table()
    names = [name for name in table.dtype.names or () if name != "converged"]
    settled = result.converged.tolist()

    def rows() -> Iterable[list[Any]]:
        for row, known in zip(table[names].tolist(), settled, strict=True):
            yield [row[0], *(digits(number) if known else "NaN" for number in row[1:-1]), row[-1]]

    return _csv(names, rows())


def levels_csv(result: "SystemicRisk", firms: Sequence[str]) -> str:
    """The columns scenario, firm, level_down, level_up: one row for each firm in each scenario."""
    assert result.levels is not None
    down, up = result.levels.down, result.levels.up

    def rows() -> Iterable[list[Any]]:
        for k, scenario in enumerate(result.scenario.tolist()):
            for firm, one, other in zip(firms, down[:, k].tolist(), up[:, k].tolist(), strict=True):
                yield [scenario, firm, digits(one), digits(other)]

    return _csv(["scenario", "firm", "level_down", "level_up"], rows())


def sectors_csv(result: "SystemicRisk", groups: Sequence[str]) -> str:
    """The columns scenario, sector, output, loss, loss_down, loss_up, part, by the first output weights."""
    table = result.sector_table()

    def rows() -> Iterable[list[Any]]:
        for scenario, sector, *numbers in table.tolist():
            yield [scenario, groups[sector], *map(digits, numbers)]

    return _csv(list(table.dtype.names or ()), rows())


def as_dict(result: "SystemicRisk") -> dict[str, Any]:
    """Plain values for JSON; a scenario that did not settle has no numbers, and a reason in both languages."""
    from lianban.chain.risk.words import reason_text, warning_text

    table = result.table()
    names = [name for name in table.dtype.names or () if name not in ("scenario", "iterations", "converged")]
    rows = []
    for k, row in enumerate(table):
        known, why = bool(row["converged"]), result.reasons.get(k)
        told = None if why is None else reason_text(why)
        rows.append(
            {
                "scenario": row["scenario"].item(),
                **{name: float(row[name]) if known else None for name in names},
                "iterations": int(row["iterations"]),
                "converged": known,
                "reason": None if told is None else {"zh": told.zh, "en": told.en},
            }
        )
    warning = None if result.warning is None else warning_text(result.warning)
    return {
        "schema": "lianban/risk/1",
        "scenarios": rows,
        "notes": [] if warning is None else [{"zh": warning.zh, "en": warning.en}],
        "engine": result.engine_version,
        "fingerprint": result.fingerprint,
        "network_fingerprint": result.network_fingerprint,
        "parameters": dict(result.parameters),
        "seed": result.seed,
    }


def write(path: Path, text: str) -> None:
    """Write one file and say so."""
    path.write_text(text, encoding="utf-8", newline="")
    output.say(t(f"已写入 {path}", f"Wrote {path}"))


def refuse_unwritable(*paths: Path | None) -> None:
    """Refuse before an hour of computing what would fail after it: a folder that is not there."""
    lost = [path for path in paths if path is not None and (path.is_dir() or not path.absolute().parent.is_dir())]
    if lost:
        names_zh, names_en = "、".join(map(str, lost)), ", ".join(map(str, lost))
        raise CommandError(output.WRONG_USE, f"不能写入：{names_zh}", f"Cannot be written: {names_en}")


def summary(result: "SystemicRisk | None", chain_result: "ChainRisk | None", firms: int, top: int) -> list[str]:
    """Lines for the person: the largest, what did not settle and why, and on what the numbers stand."""
    from lianban.chain.risk.words import reason_text

    lines = []
    if result is not None:
        names = [one.name.in_(output.language()) for one in chain_result.who] if chain_result is not None else None
        esri = (result.esri if result.esri.ndim == 1 else result.esri[:, 0]).tolist()
        known = sorted((k for k, ok in enumerate(result.converged.tolist()) if ok), key=lambda k: (-esri[k], k))
        lines.append(
            t(f"{len(result)} 个情景，{firms} 家企业（节点）。", f"{len(result)} scenarios, {firms} firms (nodes).")
        )
        for k in known[:top]:
            name = "" if names is None or names[k] == result.scenario[k] else f"  {names[k]}"
            lines.append(f"  {esri[k]:.6f}  {result.scenario[k]}{name}")
        late = list(result.reasons.items())
        if late:
            lines.append(
                t(
                    f"{len(late)} 个情景未收敛，数值记为 NaN：",
                    f"{len(late)} scenarios did not settle and stand as NaN:",
                )
            )
            lines += [f"  {result.scenario[k]}  {reason_text(why).in_(output.language())}" for k, why in late[:top]]
    if chain_result is not None:
        lines += [f"  - {note.in_(output.language())}" for note in chain_result.notes]
    return lines


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(header)
    out.writerows(rows)
    return text.getvalue()
