"""Words for actions (措施说明): what an action is, what it does to the network, and why one does not fit."""

import difflib

import numpy as np

from lianban.chain.diagnosis.sentences import percent
from lianban.chain.interventions.actions import LEVELS, Action
from lianban.chain.interventions.losses import step_in
from lianban.chain.interventions.setting import Setting
from lianban.chain.whatif.scenarios import PLACE
from lianban.rulebook.text import Text


def effect_of(setting: Setting, action: Action) -> tuple[Text, Text]:
    """Say what an action is and what it changes, with numbers."""
    if action.kind == "retain":
        who = setting.who_name(str(action.who))
        return (
            Text("稳住{who}", "keep {who}").format(who=who),
            Text(
                "{who}停产的情景中，其产能不受损失", "in scenarios where {who} stops, it loses no capacity"
            ).format(who=who),
        )  # fmt: skip
    product = setting.product_name(str(action.product))
    if action.kind == "stock":
        return _stock(action, product)
    if action.kind == "level":
        return _level(setting, action, product)
    who = setting.who_name(str(action.who))
    share = percent(action.amount or 0.0)
    if action.kind == "capacity":
        return (
            Text("{who}增加{product}产能", "{who} adds capacity for {product}").format(who=who, product=product),
            Text(
                "其他来源失供时，{who}可补上相当于本土供应 {share} 的缺口",
                "when others fail, {who} can fill a gap of {share} of home supply",
            ).format(who=who, share=share),
        )
    return (
        Text("{product}新增来源：{who}", "{who} as a source of {product}").format(who=who, product=product),
        Text(
            "{share} 的采购移至{who}，其余来源按原比例让出；{largest}",
            "{share} of purchases move to {who}, the others give way in proportion; {largest}",
        ).format(share=share, who=who, largest=_largest(setting, action)),
    )


def _stock(action: Action, product: Text) -> tuple[Text, Text]:
    days = f"{action.amount:g}"
    return (
        Text("{product}储备 {days} 天", "stock of {product} for {days} days").format(product=product, days=days),
        Text(
            "断供前 {days} 天，{product}的需方不受影响；之后不再有作用",
            "for the first {days} days of a cut the buyers of {product} lose nothing; after that it has no effect",
        ).format(days=days, product=product),
    )


def _level(setting: Setting, action: Action, product: Text) -> tuple[Text, Text]:
    before, after = setting.levels.get(str(action.product)), str(action.level)
    part = percent(step_in(setting, before or after, after))
    effect = Text(
        "断供时境内可代替境外损失的 {part}（补位准备度 {a} → {b}）",
        "when supply from abroad fails, home stands in for {part} of it (readiness {a} → {b})",
    ).format(
        part=part, a=percent(setting.readiness(before or after)), b=percent(setting.readiness(after))
    )  # fmt: skip
    if setting.moves(action):
        moved = Text(
            "；境外份额由水平推定，随之降低", "; the foreign share is inferred from the level and falls with it"
        )
        effect = Text(effect.zh + moved.zh, effect.en + moved.en)
    return Text("{product}国内水平提升至 {level}", "raise {product} to {level} at home").format(
        product=product, level=after
    ), effect


def _largest(setting: Setting, action: Action) -> Text:
    """What the largest foreign origin has before and after."""
    product = str(action.product)
    before = setting.base.largest_foreign_origin(product)
    after = setting.network((action,)).largest_foreign_origin(product)
    if before is None or after is None or np.isnan(before[1]) or np.isnan(after[1]):
        return Text("最大境外来源地未知", "the largest foreign origin is not known")
    names = [setting.rules.origin_name(origin) for origin, _ in (before, after)]
    return Text("最大境外来源地：{a} {x} → {b} {y}", "largest foreign origin: {a} {x} → {b} {y}").format(
        a=names[0], x=percent(before[1]), b=names[1], y=percent(after[1])
    )


def misfit(setting: Setting, action: Action) -> Text | None:
    """Say why an action does not fit the chain; None where it does."""
    facts = setting.diagnosis.facts
    if action.product is not None and action.product not in facts.products:
        return _unknown(Text("产品", "product"), action.product, list(facts.products))
    if action.kind == "retain":
        return _makes_nothing(setting, action, None)
    if action.kind == "capacity":
        return _makes_nothing(setting, action, action.product)
    if action.kind == "level":
        return _no_higher(setting, action)
    if action.kind == "stock":
        if len(setting.base.nodes_of(str(action.product))):
            return None
        return Text(f"{action.code}：网络中没有它的来源", f"{action.code}: it has no source in the network")
    who = str(action.who)
    if who not in facts.organisations and not PLACE.fullmatch(who):
        return _unknown(Text("组织或地点", "organisation or place"), who, list(facts.organisations))
    home = facts.at_home(facts.organisations[who]["place"] if who in facts.organisations else who)
    if action.kind == "origin" and home is not False:
        return Text(f"{action.code}：{who} 不是境外来源地", f"{action.code}: {who} is no origin abroad")
    return None


def _makes_nothing(setting: Setting, action: Action, product: str | None) -> Text | None:
    who, network = str(action.who), setting.base
    if who not in setting.diagnosis.facts.organisations:
        return _unknown(Text("组织", "organisation"), who, list(setting.diagnosis.facts.organisations))
    nodes = network.nodes_of_organisation(who)
    if product is not None:
        nodes = np.intersect1d(nodes, network.nodes_of(product))
    if len(nodes):
        return None
    what = Text("", "anything") if product is None else setting.product_name(product)
    return Text(
        f"{action.code}：{who} 在境内没有生产{what.zh}", f"{action.code}: {who} does not make {what.en} at home"
    )


def _no_higher(setting: Setting, action: Action) -> Text | None:
    before = setting.levels.get(str(action.product))
    if before is None:
        return Text(
            f"{action.code}：现有国内水平未知，先查清", f"{action.code}: the level at home is unknown; find out first"
        )
    if LEVELS.index(str(action.level)) > LEVELS.index(before):
        return None
    return Text(f"{action.code}：现有国内水平已是 {before}", f"{action.code}: the level at home is {before} already")


def _unknown(kind: Text, code: str, known: list[str]) -> Text:
    near = difflib.get_close_matches(code, known, n=3, cutoff=0.5)
    hint = Text(f"，是不是 {'、'.join(near)}？", f", did you mean {', '.join(near)}?") if near else Text("", "")
    return Text(f"没有{kind.zh} {code}{hint.zh}", f"No {kind.en} {code}{hint.en}")
