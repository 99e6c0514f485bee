"""What scenarios change: the shock they are, and the facts and the network they leave behind."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lianban.chain.chain import Chain
from lianban.chain.network import AddedSource, GoneSource
from lianban.chain.whatif.scenarios import (
    AddSource,
    CutOrigin,
    CutProduct,
    ImproveLevel,
    Scenario,
    StopOrganisations,
    StopProduct,
)
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.network import ChainNetwork


def shock_of(network: "ChainNetwork", scenarios: Sequence[Scenario]) -> np.ndarray | None:
    """The shock of all stops and cuts together: each node loses the largest part; None where there is none."""
    shock = np.zeros(network.network.n_firms)
    any_shock = False
    for scenario in scenarios:
        lost = 1.0
        if isinstance(scenario, StopOrganisations):
            nodes = [network.nodes_of_organisation(code) for code in scenario.codes]
        elif isinstance(scenario, CutOrigin):
            nodes = [network.nodes_of_origin(scenario.origin, product) for product in scenario.products or (None,)]
        elif isinstance(scenario, StopProduct | CutProduct):
            nodes = [network.nodes_of(scenario.product)]
            lost = 1.0 - scenario.left if isinstance(scenario, CutProduct) else 1.0
        else:
            continue
        any_shock = True
        for some in nodes:
            shock[some] = np.maximum(shock[some], lost)
    return shock if any_shock else None


def added_by(scenarios: Sequence[Scenario]) -> list[AddedSource]:
    """Sources that scenarios add to the network."""
    return [AddedSource(s.product, s.organisation, s.origin, s.share) for s in scenarios if isinstance(s, AddSource)]


def gone_by(scenarios: Sequence[Scenario]) -> list[GoneSource]:
    """Sources that scenarios take out of the network."""
    gone = [GoneSource(organisation=c) for s in scenarios if isinstance(s, StopOrganisations) for c in s.codes]
    cuts = [s for s in scenarios if isinstance(s, CutOrigin)]
    return gone + [GoneSource(origin=s.origin, product=p) for s in cuts for p in s.products or (None,)]


def levels_by(scenarios: Sequence[Scenario]) -> dict[str, str]:
    """Levels that scenarios set."""
    return {s.product: s.level for s in scenarios if isinstance(s, ImproveLevel)}


def edited(chain: Chain, scenarios: Sequence[Scenario], day: date) -> Chain:
    """The chain with its facts as the scenarios leave them; tables that do not change are shared."""
    tables = dict(chain.tables)
    production = tables["production"].copy()
    production.loc[_stopped(chain, scenarios), "status"] = "stopped"
    added = [
        _row(
            production,
            day,
            code=f"!scenario-{number}",
            product=source.product,
            organisation=source.organisation,
            origin=source.origin,
            stage="stable_volume",
            status="operating",
            share_of="unknown",
        )
        for number, source in enumerate(added_by(scenarios))
    ]
    tables["production"] = _with_rows(production, added)
    assessments = tables["assessments"]
    improved = [
        _row(
            assessments, day, code=f"!scenario-{product}", product=product, item="level", value=level,
            voice="office", confidence="high",
        )
        for product, level in levels_by(scenarios).items()
    ]  # fmt: skip
    tables["assessments"] = _with_rows(assessments, improved)
    return Chain(tables, name=chain.name)


def _stopped(chain: Chain, scenarios: Sequence[Scenario]) -> np.ndarray:
    """Production rows that stop: those of stopped organisations, and those from a cut origin."""
    from lianban.chain.diagnosis.places import origin_of

    frame, organisations = chain.tables["production"], chain.tables["organisations"]
    places = dict(zip(organisations["code"], organisations["place"].astype(object), strict=True))
    stops = np.zeros(len(frame), bool)
    for gone in gone_by(scenarios):
        if gone.organisation is not None:
            own = (frame["organisation"] == gone.organisation).fillna(False).to_numpy(bool)
        else:
            place = [
                places.get(o, p) if not pd.isna(o) else p
                for o, p in zip(frame["organisation"], frame["origin"], strict=True)
            ]
            own = np.array([not pd.isna(p) and origin_of(p) == gone.origin for p in place], bool)
        if gone.product is not None:
            own &= (frame["product"] == gone.product).fillna(False).to_numpy(bool)
        stops |= own
    return stops


def _row(frame: pd.DataFrame, day: date, **facts: Any) -> dict[str, Any]:
    common = {"source": "scenario", "observed_on": pd.Timestamp(day), "confidence": "medium", "confidentiality": "open"}
    return {name: value for name, value in (common | facts).items() if name in frame and value is not None}


def _with_rows(frame: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    if not rows:
        return frame
    more = pd.DataFrame(rows).reindex(columns=frame.columns)
    more = pd.DataFrame({name: more[name].astype(frame[name].dtype) for name in frame.columns})
    return pd.concat([frame, more], ignore_index=True)


def assumptions(scenarios: Sequence[Scenario], network: "ChainNetwork") -> tuple[Text, ...]:
    """What the numbers of these scenarios stand on, in words."""
    told = [ALWAYS]
    kinds = {type(scenario) for scenario in scenarios}
    if kinds & {StopOrganisations, CutOrigin}:
        told.append(TAKEN_OVER)
    if kinds & {StopProduct, CutProduct}:
        told.append(NOT_LISTED)
    if AddSource in kinds:
        told.append(SHARE_MOVES)
    if ImproveLevel in kinds:
        told.append(LEVEL_SET)
    told.append(WEIGHTS[network.weights])
    return tuple(told)


ALWAYS = Text(
    "推演不含价格、库存和时间；同一市场内的其他来源立即承接其能承接的部分",
    "Prices, stock and time are left out; other sources of a market take over at once what they can",
)
TAKEN_OVER = Text(
    "“之后”的清单把已停的来源视为持续缺失：断供损失 = 已停来源与其余最大境外来源地一并中断的损失",
    "In the list 'after', stopped sources stay missing: the loss of a cut is that of the stopped sources and of the largest "
    "foreign origin that is left, together",
)
NOT_LISTED = Text(
    "整个产品停供或降产只计算当下损失，不改变清单中各来源的份额",
    "A product that stops or shrinks as a whole gives a loss of the moment; the shares behind the list stay as they are",
)
SHARE_MOVES = Text(
    "新增来源不改变需方采购量，只移动份额：未给份额时与现有来源平均分摊，其余来源按原比例让出；新来源自身投入与同产品其他来源相同",
    "An added source leaves purchases as they are and moves a share: without one an equal split with the present sources, who "
    "give way in proportion; it needs the same inputs as other makers of the product",
)
LEVEL_SET = Text(
    "水平提升按设定的国内水平计算补位准备度；仅凭水平推定境外份额的产品，份额随之改变",
    "A level that is set changes readiness; where the foreign share is inferred from the level alone, the share changes with it",
)
WEIGHTS = {
    "value": Text("最终产品按基准年产值加权", "Final products are weighted by their value in the baseline"),
    "equal": Text("最终产品等权（并非都有产值）", "Final products count equally (not all of them have a value)"),
    "none": Text("没有最终产品，损失未知", "No product is final: losses are unknown"),
}
