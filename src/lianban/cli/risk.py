"""``lianban risk PATH``: the systemic risk index of every firm, organisation or product, or of given shocks."""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianban.cli import output, risk_files, risk_question
from lianban.cli.output import CommandError, t

if TYPE_CHECKING:
    from lianban.cli.risk_question import Asked, Ready

WORDS = ("sectors", "products", "none")
SHOWN = 5  # largest scenarios named on stderr


def register(app: typer.Typer) -> None:
    """Add ``lianban risk``."""
    option = _options()

    @app.command(
        help=t(
            "系统性风险指数：每家企业（或组织、产品、节点）失效时损失多少产出",
            "Systemic risk: how much of the output is lost when a firm, organisation, product or node fails",
        )
    )
    def risk(
        path: Annotated[str, option["path"]],
        market: Annotated[str, option["market"]] = "sectors",
        eps: Annotated[float, option["eps"]] = 0.01,
        compatible: Annotated[bool, option["compatible"]] = False,
        output_file: Annotated[Path | None, option["output"]] = None,
        max_iterations: Annotated[int, option["max_iterations"]] = 10_000,
        stop: Annotated[str, option["stop"]] = "level",
        psi: Annotated[Path | None, option["psi"]] = None,
        psi_up: Annotated[Path | None, option["psi_up"]] = None,
        weights: Annotated[str, option["weights"]] = "",
        revenue: Annotated[Path | None, option["revenue"]] = None,
        costs: Annotated[Path | None, option["costs"]] = None,
        by: Annotated[str, option["by"]] = "organisation",
        rules: Annotated[str, option["rules"]] = "cn-core-2025",
        sample: Annotated[int | None, option["sample"]] = None,
        seed: Annotated[int | None, option["seed"]] = None,
        threads: Annotated[int | None, option["threads"]] = None,
        resume: Annotated[Path | None, option["resume"]] = None,
        levels: Annotated[Path | None, option["levels"]] = None,
        sectors: Annotated[Path | None, option["sectors"]] = None,
        progress: Annotated[bool, option["progress"]] = False,
        as_json: Annotated[bool, option["json"]] = False,
    ) -> int:
        _refuse_wrong_use(eps, stop)
        risk_files.refuse_unwritable(output_file, levels, sectors)
        weights_file = {"weights": Path(weights)} if weights and Path(weights).exists() else {}
        given = {"psi": psi, "psi_up": psi_up, "revenue": revenue, "costs": costs}
        files = {role: file for role, file in given.items() if file is not None} | weights_file
        files |= {"market": Path(market)} if market not in WORDS else {}
        options = {
            "eps": eps, "max_iterations": max_iterations, "stop": stop, "compatible": compatible, "sample": sample,
            "seed": seed, "threads": threads, "levels": levels is not None or sectors is not None,
        }  # fmt: skip
        asked = risk_question.Asked(Path(path), market, files, "" if weights_file else weights, by, rules, options)
        ready, (result, chain_result) = _computed(asked, resume, show=progress)
        if output_file is not None:
            risk_files.write(output_file, risk_files.table_csv(result, chain_result))
        if levels is not None and result is not None:
            risk_files.write(levels, risk_files.levels_csv(result, ready.firms))
        if sectors is not None and result is not None:
            risk_files.write(sectors, risk_files.sectors_csv(result, ready.groups))
        if as_json:
            output.data_json(chain_result.to_dict() if chain_result is not None else risk_files.as_dict(result))
        elif output_file is None:
            output.data(risk_files.table_csv(result, chain_result))
        for line in risk_files.summary(result, chain_result, len(ready.firms), SHOWN):
            output.say(line)
        return output.DONE


def _options() -> dict[str, Any]:
    """The arguments and options of the command, in the language of this run."""
    one = typer.Option
    return {
        "path": typer.Argument(metavar="PATH", help=t(
            "数据包，或含 edges.csv、sectors.csv、essential.csv 的文件夹",
            "A chain package, or a folder with edges.csv, sectors.csv, essential.csv")),
        "market": one("--market", metavar="sectors|none|FILE", help=t(
            "谁能顶替谁：同行业（数据包为同产品）、无人、或文件（列 firm,market）",
            "Who takes over from whom: the same sector (product), nobody, or a file with the columns firm,market")),
        "eps": one("--eps", help=t("停止规则：没有水平再下降超过它；0.01 为已发表指数所用", "Stop when no level falls by more; 0.01 belongs to the published index")),
        "compatible": one("--compatible", help=t("用文献的市场枯竭规则（依赖货币单位，可能不收敛）", "The published rule for dead markets (depends on the unit of money, may never settle)")),
        "output": one("--output", metavar="FILE", help=t("CSV 写入文件，默认写到标准输出", "Write the CSV to a file; default standard output")),
        "max_iterations": one("--max-iterations", min=1, help=t("每个情景的步数上限", "Cap on the steps of a scenario")),
        "stop": one("--stop", metavar="level|loss", help=t("停止规则看水平还是看损失", "Whether the stop rule looks at levels or at the loss")),
        "psi": one("--psi", metavar="FILE", help=t("给定冲击：每行一家企业、每列一个情景，损失的产能份额", "Shocks: a row for each firm, a column for each scenario, share of capacity lost")),
        "psi_up": one("--psi-up", metavar="FILE", help=t("上游冲击，默认同 --psi", "Upstream shocks; default as --psi")),
        "weights": one("--weights", metavar="FILE|final|sales", help=t("什么算产出：文件（每家企业一行，一列或多列）、最终产品、销售额", "What counts as output: a file (a row for each firm, one or more columns), final products, or sales")),
        "revenue": one("--revenue", metavar="FILE", help=t("以营业收入代替销售额（上游份额）", "Revenue instead of sales in the upstream shares")),
        "costs": one("--costs", metavar="FILE", help=t("以成本代替采购额（下游份额）", "Costs instead of purchases in the downstream shares")),
        "by": one("--by", metavar="organisation|product|node|origin", help=t("数据包：谁失效", "Package: who fails")),
        "rules": one("--rules", help=t("数据包：规则集名称，或规则文件路径", "Package: name of a rule set, or path of a pack")),
        "sample": one("--sample", min=1, help=t("只随机抽取这么多个情景", "Only so many scenarios, drawn at random")),
        "seed": one("--seed", min=0, help=t("抽样的种子，默认 0", "Seed of the sample, default 0")),
        "threads": one("--threads", min=1, help=t("线程数，默认用全部核心；结果不因此而变", "Threads, default all cores; the result is the same")),
        "resume": one("--resume", metavar="FOLDER", help=t("断点文件夹：中断后用同一条命令接着算", "Folder of finished blocks: the same command goes on where it was interrupted")),
        "levels": one("--levels", metavar="FILE", help=t("另存每家企业在每个情景中的水平", "Also write the level of every firm in every scenario")),
        "sectors": one("--sectors", metavar="FILE", help=t("另存每个情景中各行业的损失", "Also write the loss of every sector in every scenario")),
        "progress": one("--progress", help=t("总是显示进度（默认只在终端显示）", "Always show progress (default: on a terminal only)")),
        "json": one("--json", help=t("输出 JSON", "Print JSON")),
    }  # fmt: skip


def _refuse_wrong_use(eps: float, stop: str) -> None:
    if not (math.isfinite(eps) and eps >= 0):
        raise CommandError(
            output.WRONG_USE,
            f"--eps 应为不小于 0 的数，否则永不停止；得到 {eps}",
            f"--eps must be at least 0, or no run ever settles; got {eps}",
        )
    if stop not in ("level", "loss"):
        raise CommandError(
            output.WRONG_USE, f"--stop 可选 level、loss；得到 {stop}", f"--stop is level or loss; got {stop}"
        )


def _computed(asked: "Asked", resume: Path | None, *, show: bool) -> "tuple[Ready, tuple[Any, Any]]":
    """Read, say what it takes, compute; the engine's refusals get their sentence and exit code."""
    from lianban.chain.risk.words import memory_text, warning_text
    from lianban.engine.cascade.checkpoint import ForeignCheckpoint
    from lianban.engine.cascade.memory import NotEnoughMemory
    from lianban.engine.errors import InvalidShock

    try:
        ready = risk_question.read(asked)
        if ready.run is not None:
            output.say(output.words(memory_text(ready.run.memory)))
            if ready.run.warning is not None:
                output.say(output.words(warning_text(ready.run.warning)))
        return ready, ready.answer(checkpoint=resume, progress=_teller(show))
    except NotEnoughMemory as error:
        need = memory_text(error.need)
        raise CommandError(
            output.FAILURE,
            f"内存不够，未开始计算。{need.zh}。请用 --sample 减少情景，不存水平（--levels、--sectors），或用 --threads 减少线程",
            f"Not enough memory, nothing was started. {need.en}. Ask fewer scenarios (--sample), no levels, or fewer --threads",
            code="memory",
        ) from error
    except ForeignCheckpoint as error:
        differs = "；".join(f"{name}：原为 {was}，现为 {now}" for name, was, now in error.differs)
        raise CommandError(
            output.CONFLICT,
            f"{error.folder} 不是这次计算的断点，未改动（{differs or '其中没有断点，或由别的版本写成'}）；请换一个文件夹",
            str(error),
            code="checkpoint",
        ) from error
    except InvalidShock as error:
        raise CommandError(output.WRONG_USE, f"情景不能计算：{error}", str(error), code="scenarios") from error
    except KeyboardInterrupt:
        raise _interrupted(resume) from None


def _teller(show: bool) -> Callable[[int, int], None] | None:
    """Show progress on one line of a terminal, or line by line where it was asked for."""
    terminal = sys.stderr.isatty()
    if not (show or terminal):
        return None
    told = [-1]

    def tell(done: int, total: int) -> None:
        percent = 100 * done // max(total, 1)
        if percent != told[0]:
            told[0] = percent
            line = t(f"已完成 {done} / {total}（{percent}%）", f"{done} of {total} done ({percent} %)")
            output.say(f"\r{line}\x1b[K" if terminal and done < total else f"\r{line}" if terminal else line)

    return tell


def _interrupted(resume: Path | None) -> CommandError:
    if resume is None:
        return CommandError(
            output.INTERRUPTED,
            "已中断，结果未保留。加 --resume 文件夹 可在中断后接着算",
            "Interrupted, nothing was kept. With --resume FOLDER a run goes on where it was interrupted",
            code="interrupted",
        )
    return CommandError(
        output.INTERRUPTED,
        f"已中断；算完的部分在 {resume}。用同一条命令（--resume {resume}）接着算",
        f"Interrupted; what is finished stands in {resume}. The same command (--resume {resume}) goes on from there",
        code="interrupted",
    )
