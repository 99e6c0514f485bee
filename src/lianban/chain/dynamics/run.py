"""How long a chain lasts without each of its products, and what stock would help."""

import difflib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

from lianban.chain.diagnosis.facts import gather, highest
from lianban.chain.diagnosis.from_network import network_facts
from lianban.chain.diagnosis.product import standings
from lianban.chain.dynamics import words
from lianban.chain.dynamics.facts import ITEMS, MAX_DAYS, DayFacts, DynamicsError, assumption_problems, day_facts
from lianban.chain.dynamics.product import Study, study_product
from lianban.chain.dynamics.result import ChainDynamics
from lianban.chain.dynamics.timed import FINAL_USE, Channel, Lead, TimedNetwork
from lianban.chain.network import ChainNetwork
from lianban.engine.dynamics import ENGINE_VERSION
from lianban.rulebook import RuleSet, load_rules
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

SCENARIOS = tuple(words.SCENARIOS)
MAX_WORK = 2e10  # products × flows × days: about a quarter of an hour
ORDER = {"yes": 0, "unknown": 1, "no": 2}


def dynamics(
    chain: "Chain",
    products: str | Iterable[str] | None = None,
    *,
    scenario: str = "stop",
    assume: Mapping[str, float] | None = None,
    days: int = 365,
    extra_days: Iterable[float] | None = None,
    at: str | None = None,
    channel: Channel = "supply",
    lead: Lead = "orders",
    rules: str | RuleSet = "cn-core-2025",
    as_of: date | str | None = None,
    threads: int | None = None,
    max_work: float = MAX_WORK,
) -> ChainDynamics:
    """Compare time to survive (TTS) with time to recover (TTR), product by product (可支撑天数与恢复天数).

    Parameters
    ----------
    products : codes; default every product of the network
    scenario : "stop" (every source), "cut" (the largest foreign origin), "left" (the same, the others use spare capacity)
    assume : days where the parameters table is silent, by item: stock_days, recovery_days, lead_days; told in the result
    days : how far TTS looks ahead
    extra_days : days of stock for the curves; default quarters of what would close the gap
    at : where stock is added: the code of an organisation, or "final" for final use; default every user of the product
    channel : "supply" (everybody orders as usual) or "both" (orders follow production and refill stocks)
    lead : "orders" (days of delivery are waiting orders) or "way" (goods on the way, which protect)
    max_work : refuse before starting where products × flows × days are more

    Raises
    ------
    DynamicsError
        Unknown codes (all of them, with near ones), or values that make no sense.
    """
    extra = None if extra_days is None else tuple(float(one) for one in extra_days)
    _refuse(scenario, days, extra, channel, lead, assume)
    facts = day_facts(chain, assume)
    loaded = load_rules(rules)
    base = _network(chain, loaded, as_of)
    codes = _asked(chain, base, products, at)
    _refuse_too_long(len(codes) * base.network.n_links * days, max_work)
    timed = TimedNetwork.of(base, facts)
    study = Study(timed, facts, scenario, days, extra, channel, lead, at, _names(chain))
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda code: study_product(study, code), codes))
    told = network_facts(base, chain)
    return ChainDynamics(
        fingerprint=chain.fingerprint,
        network_fingerprint=timed.network.fingerprint,
        engine_version=ENGINE_VERSION,
        ruleset=loaded.name,
        scenario=scenario,
        parameters={
            "days": days,
            "channel": channel,
            "lead": lead,
            "assume": {item: one.value for item, one in sorted(facts.assumed.items())},
            "extra_days": None if extra is None else list(extra),
            "at": at,
            "weights": base.weights,
        },
        products=tuple(sorted(found, key=lambda one: (ORDER[one.exposed], -(one.loss_days or 0.0), one.code))),
        assumptions=_assumptions(timed, facts, study),
        notes=(*facts.notes, *_unused(timed, facts), *_network_notes(base, study.names)),
        confidentiality=highest(told.confidentiality, *(one.confidentiality for one in timed.used)),
    )


def _network(chain: "Chain", rules: RuleSet, as_of: date | str | None) -> ChainNetwork:
    """Build the same network as the diagnosis, with the levels that it derives."""
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    facts = gather(chain, day)
    levels = {code: one.level.used for code, one in standings(facts, rules).items() if one.level.used}
    return chain.network(rules=rules, levels=levels, as_of=facts.as_of)


def _refuse(
    scenario: str,
    days: int,
    extra: tuple[float, ...] | None,
    channel: str,
    lead: str,
    assume: Mapping[str, float] | None,
) -> None:
    """Refuse all values that make no sense, at once."""
    wrong = [
        Text(f"{name}={given}：可选 {'、'.join(allowed)}", f"{name}={given}: one of {', '.join(allowed)}")
        for name, given, allowed in (
            ("scenario", scenario, SCENARIOS),
            ("channel", channel, tuple(words.CHANNEL)),
            ("lead", lead, tuple(words.LEAD)),
        )
        if given not in allowed
    ]
    wrong += assumption_problems(assume)
    if not (isinstance(days, int) and 1 <= days <= MAX_DAYS):
        wrong.append(Text(f"days={days}：应为 1 到 {MAX_DAYS} 的整数", f"days={days}: a whole number, 1 to {MAX_DAYS}"))
    if extra is not None and not all(0 <= one <= MAX_DAYS for one in extra):
        wrong.append(Text("extra_days 应为不小于 0 的天数", "extra_days: numbers of days of at least 0"))
    if wrong:
        raise DynamicsError(Text("；".join(one.zh for one in wrong), "; ".join(one.en for one in wrong)))


def _asked(chain: "Chain", base: ChainNetwork, products: str | Iterable[str] | None, at: str | None) -> list[str]:
    """Products to look at; unknown ones, and a place that does not exist, are refused, all at once."""
    with_nodes = set(base.nodes["product"].astype(object))
    codes = sorted(str(code) for code in with_nodes)
    if products is not None:
        codes = list(dict.fromkeys([products] if isinstance(products, str) else products))
    known = [str(code) for code in base.products.index]
    told = [_lost(code, known, code in known) for code in codes if code not in with_nodes]
    makers = chain.tables["organisations"]["code"].dropna().astype(str).tolist()
    if at is not None and at != FINAL_USE and at not in makers:
        told.append(_lost(at, makers, False, kind=Text("组织", "organisation")))
    if told:
        zh, en = "；".join(one.zh for one in told), "; ".join(one.en for one in told)
        raise DynamicsError(Text(f"无法查看：{zh}", f"Cannot look at: {en}"), unknown=True)
    return codes


def _lost(code: str, known: list[str], grouping: bool, kind: Text = Text("产品", "product")) -> Text:  # noqa: B008
    if grouping:
        return Text(f"{code} 只是分类，没有来源", f"{code} only groups other products and has no source")
    near = difflib.get_close_matches(code, known, 3)
    hint = Text(f"，是不是 {'、'.join(near)}？", f", did you mean {', '.join(near)}?") if near else Text("", "")
    return Text(f"没有{kind.zh} {code}{hint.zh}", f"no {kind.en} {code}{hint.en}")


def _refuse_too_long(work: float, max_work: float) -> None:
    """Say before a long run that it would be one, with the number."""
    if work > max_work:
        raise DynamicsError(
            Text(
                f"产品数 × 流量数 × 天数为 {work:.2g}，超过 {max_work:.2g}，要算很久：请用 products 指定产品，减少 days，或提高 max_work",
                f"products × flows × days are {work:.2g}, more than {max_work:.2g}, and would take long: name some products, "
                "lower days, or raise max_work",
            )
        )


def _names(chain: "Chain") -> dict[str, Text]:
    frame = chain.tables["products"]
    columns = (frame[name].fillna("").astype(str) for name in ("code", "name", "name_en"))
    return {code: Text(zh or code, en or zh or code) for code, zh, en in zip(*columns, strict=True)}


def _assumptions(timed: TimedNetwork, facts: DayFacts, study: Study) -> tuple[Text, ...]:
    """What every number stands on, in words."""
    told = [words.FULL_STOP, words.STOCK_AT_USERS, words.CHANNEL[study.channel]]
    told += [
        words.ASSUMED.format(item=ITEMS[item], days=f"{one.value:g}") for item, one in sorted(facts.assumed.items())
    ]
    if study.at is not None:
        told.append(words.AT.format(place=words.AT_FINAL if study.at == FINAL_USE else study.at))
    if silent := timed.unknown_stocks:
        shown = "、".join(silent[:5]) + ("…" if len(silent) > 5 else "")
        told.append(words.STOCK_AS_NONE.format(n=len(silent), products=shown))
    if timed.lead_unknown:
        told.append(words.LEAD_UNKNOWN.format(n=len(timed.lead_unknown)))
    if timed.lead_days.any():
        told.append(words.LEAD[study.lead])
    return tuple(told)


def _network_notes(base: ChainNetwork, names: dict[str, Text]) -> list[Text]:
    """What was assumed about the network, with the product it is about."""
    return [
        one.text if one.product is None else words.ABOUT.format(product=names[one.product], text=one.text)
        for one in base.notes
    ]


def _unused(timed: TimedNetwork, facts: DayFacts) -> list[Text]:
    """Stocks of organisations that do not use the product: stock of makers, mostly."""
    used = {one.code for one in timed.used}
    n = sum(
        1
        for (item, _, organisation), one in facts.stated.items()
        if item == "stock_days" and organisation is not None and one.code not in used
    )
    return [words.UNUSED_STOCK.format(n=n)] if n else []
