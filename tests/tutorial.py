"""The tutorial notebook (教程): run it as a reader would; ``python -m tests.tutorial`` stores its outputs anew.

What is stored names no machine and no moment: outputs only, no counters, no versions, no timings.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "tutorial" / "from-chain-to-portfolio.ipynb"
SECONDS = 240  # for one cell, on a busy machine


def read() -> dict[str, Any]:
    return json.loads(PAGE.read_text(encoding="utf-8"))


def executed() -> dict[str, Any]:
    """Run every cell in a fresh kernel; raises where a cell does. Returns the notebook with its outputs, tidied."""
    import nbformat
    from nbclient import NotebookClient
    from traitlets.config import Config

    notebook = nbformat.reads(PAGE.read_text(encoding="utf-8"), as_version=4)
    with TemporaryDirectory() as folder:
        # Files of this user instead of open ports.
        own = {"transport": "ipc", "ip": f"{folder}/kernel", "connection_file": f"{folder}/kernel.json"}
        NotebookClient(
            notebook,
            timeout=SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            config=Config(KernelManager=own),
        ).execute()
    return tidy(notebook)


def tidy(notebook: dict[str, Any]) -> dict[str, Any]:
    """Keep what the reader sees; drop what differs from one run to the next."""
    cells = []
    for cell in notebook["cells"]:
        kept = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {}, "source": _lines(cell["source"])}
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": [_output(one) for one in _joined(cell["outputs"])]}
        cells.append(dict(sorted(kept.items())))
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _joined(outputs: list[Any]) -> list[Any]:
    """Printed text comes in pieces whose cut depends on the moment: join neighbours of one stream."""
    found: list[Any] = []
    for one in outputs:
        if found and one["output_type"] == "stream" == found[-1]["output_type"] and one["name"] == found[-1]["name"]:
            found[-1] = {**found[-1], "text": _text(found[-1]["text"]) + _text(one["text"])}
        else:
            found.append(one)
    return found


def _output(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {"name": output["name"], "output_type": "stream", "text": _lines(output["text"])}
    data = {kind: _lines(content) for kind, content in sorted(output["data"].items())}
    kept: dict[str, Any] = {"data": data, "metadata": {}, "output_type": output["output_type"]}
    return kept | ({"execution_count": None} if output["output_type"] == "execute_result" else {})


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(content)


def _lines(content: Any) -> list[str]:
    return _text(content).splitlines(keepends=True)


def main() -> None:
    PAGE.write_text(json.dumps(executed(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
