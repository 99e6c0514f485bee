"""Results on disk: a folder with one Parquet file for each shard and run.json, which says what they are."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lianban.engine.cascade import LossTable
from lianban.engine.errors import EngineError
from lianban.engine.scenarios.model import COLUMNS, Columns

FORMAT = "lianban losses 1"


@dataclass(frozen=True)
class StoredLosses:
    """Stored losses (存盘损失): what a run left in its folder and how it went.

    ``reused`` shards were there from an interrupted run; ``run_again`` counts shards that a dying worker had on board (None:
    a cluster's scheduler does not tell).
    """

    path: Path
    n_cases: int
    n_shards: int
    reused: int
    run_again: int | None
    network_fingerprint: str
    engine_version: str
    parameters: Mapping[str, Any]

    def table(self) -> LossTable:
        """Read all of it into memory."""
        return read_losses(self.path)


def part_name(number: int) -> str:
    """File of a shard."""
    return f"part-{number:06d}.parquet"


def open_folder(path: Path, run: dict[str, Any]) -> frozenset[int]:
    """Make the folder of a run, or continue it; return the shards that are there already.

    Raises
    ------
    EngineError
        The folder holds something else, or a run of another network, other cases or parameters.
    """
    note = path / "run.json"
    if path.exists() and not note.exists() and any(path.iterdir()):
        raise EngineError(f"{path} holds other files: give an empty or a new folder")
    path.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"format": FORMAT, **run}, indent=1, sort_keys=True) + "\n"
    if not note.exists():
        _put(note, text)
    elif (there := note.read_text(encoding="utf-8")) != text:
        old, new = json.loads(there), json.loads(text)
        other = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        raise EngineError(f"{path} holds another run ({', '.join(other)} differ): give a new folder or delete it")
    names = {part_name(number): number for number in range(int(run["n_shards"]))}
    return frozenset(names[file.name] for file in path.glob("part-*.parquet") if file.name in names)


def write_part(path: Path, number: int, first_scenario: int, columns: Columns, extra: Columns) -> None:
    """Write one shard; the file is there whole or not at all."""
    import duckdb  # a result in memory needs no database

    size = len(columns["iterations"])
    content = {"scenario": np.arange(first_scenario, first_scenario + size), **extra}
    for name, values in columns.items():
        if values.ndim == 1:
            content[name] = values
        else:
            content |= {f"{name}_{k}": np.ascontiguousarray(values[:, k]) for k in range(values.shape[1])}
    target = path / part_name(number)
    unfinished = target.with_suffix(".unfinished")
    place = str(unfinished).replace("'", "''")
    with duckdb.connect(config={"threads": 1}) as database:  # one thread: the same bytes each time
        database.register("part", content)
        database.execute(f"COPY (SELECT * FROM part) TO '{place}' (FORMAT parquet, COMPRESSION zstd)")
    unfinished.replace(target)


def read_losses(path: str | Path) -> LossTable:
    """Read a stored run; refuse one that is not finished."""
    import duckdb

    path = Path(path)
    try:
        run = json.loads((path / "run.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EngineError(f"{path} is not a folder of stored losses: it has no run.json") from None
    missing = [number for number in range(run["n_shards"]) if not (path / part_name(number)).exists()]
    if missing:
        raise EngineError(
            f"{path}: {len(missing)} of {run['n_shards']} parts are missing, the first is {part_name(missing[0])}; "
            "run it again with the same output to finish it"
        )
    place = str(path / "part-*.parquet").replace("'", "''")
    with duckdb.connect() as database:
        read = database.execute(f"SELECT * FROM read_parquet('{place}') ORDER BY scenario").fetchnumpy()
    fields: dict[str, Any] = {}
    for name in COLUMNS:
        several = sorted((c for c in read if re.fullmatch(rf"{name}_\d+", c)), key=lambda c: int(c.rsplit("_", 1)[1]))
        fields[name] = np.asarray(read[name]) if name in read else np.stack([read[c] for c in several], axis=1)
    return LossTable(
        **fields,
        network_fingerprint=run["network_fingerprint"],
        engine_version=run["engine_version"],
        parameters=run["parameters"],
    )


def _put(path: Path, text: str) -> None:
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
