"""A slow, plain second computation of every indicator, held against the diagnosis of random packages.

Written from docs/models/diagnosis.md alone: it shares no code with the diagnosis, reads the tables row by row, and takes
only loss_cut and loss_stop from the network.
"""

from datetime import date
from itertools import pairwise

import pytest

from lianban.chain.diagnosis import diagnose

STAGES = {"small_batch", "stable_volume", "unknown"}
ORDER = {"low": 0, "medium": 1, "high": 2}
ITEMS = ["value", "gap", "monopoly", "replacement", "denial"]


def rows(chain, table):
    frame = chain.tables[table].astype(object)
    return [
        {k: None if v != v or v is None or str(v) in ("<NA>", "NaT") else v for k, v in r.items()}
        for r in frame.to_dict("records")
    ]


def day(value):
    return None if value is None else date.fromisoformat(str(value)[:10])


class Twin:
    """Everything again, by hand."""

    def __init__(self, chain) -> None:
        self.today = day(chain.info["data_date"])
        self.products = {r["code"]: r for r in rows(chain, "products")}
        self.parents = {r["parent"] for r in self.products.values() if r["parent"] in self.products}
        self.place = {r["code"]: r["place"] for r in rows(chain, "organisations")}
        self.inputs = rows(chain, "inputs")
        self.production = rows(chain, "production")
        self.assessments = rows(chain, "assessments")
        self.indicators = rows(chain, "indicators")

    def best_first(self, found):
        found = sorted(found, key=lambda r: str(r["code"]))
        found = sorted(found, key=lambda r: ORDER[r["confidence"]], reverse=True)
        return sorted(found, key=lambda r: day(r["observed_on"]), reverse=True)

    def says(self, product, item, scopes=(None, "CN")):
        found = [
            r
            for r in self.assessments
            if r["product"] == product and r["item"] == item and r["scope"] in scopes and day(r["observed_on"]) <= self.today
            and (r["valid_until"] is None or day(r["valid_until"]) >= self.today)
        ]  # fmt: skip
        return self.best_first(found)

    def word(self, product, item, allowed):
        found = [r["value"] for r in self.says(product, item) if r["value"] in allowed]
        return found[0] if found else None

    def where(self, place):
        if place is None:
            return None
        return "CN" if place[:2].isdigit() and place[:2] not in ("71", "81", "82") else place

    def sources(self, product):
        """Give supplying and trying sources: [key, organisation, place, stage, home share, world share]."""
        keys = sorted(
            {r["organisation"] or "origin:" + r["origin"] for r in self.production if r["product"] == product}
        )
        supplying, trying, everything = [], [], []
        for key in keys:
            own = [
                r
                for r in self.production
                if r["product"] == product and (r["organisation"] or "origin:" + (r["origin"] or "")) == key
            ]
            own = self.best_first(own)
            place = self.place.get(own[0]["organisation"]) or next((r["origin"] for r in own if r["origin"]), None)
            alive = [r for r in own if r["status"] != "building"]
            now = alive[0] if alive else None
            shares = {}
            for name in ("home_supply", "world_supply"):
                shares[name] = next(
                    (r["share"] for r in alive if r["share_of"] == name and r["share"] is not None), None
                )
            source = (
                key,
                own[0]["organisation"],
                self.where(place),
                now["stage"] if now else None,
                shares["home_supply"],
                shares["world_supply"],
            )
            everything.append(source)
            if now and now["status"] == "operating" and now["stage"] in STAGES:
                supplying.append(source)
            elif len(alive) < len(own) or (now and now["status"] == "operating" and now["stage"] in ("lab", "pilot")):
                trying.append(source)
        return supplying, trying, everything

    def level(self, product):
        stated = self.word(product, "level", {f"L{i}" for i in range(6)})
        return stated or self.derived(product), stated

    def derived(self, product):
        supplying, trying, everything = self.sources(product)
        home = [s for s in supplying if s[2] == "CN"]
        stable = [s for s in home if s[3] == "stable_volume"]
        ranks = [r for r in self.says(product, "world_rank") if 1 <= float(r["value"]) <= 3]
        if len(stable) >= 2:
            return "L5" if ranks else "L4"
        if len(stable) == 1:
            return "L3"
        if home:
            return "L2"
        nobody = any(r["value"] == "yes" for r in self.says(product, "absent_domestic"))
        if any(r["value"] == "yes" for r in self.says(product, "sources_complete")):
            nobody = nobody or all(s[2] is not None for s in everything)
        if not nobody:
            return None
        return "L1" if any(s[2] == "CN" for s in trying) else "L0"

    def domestic(self, product):
        """Give the least and the greatest possible domestic share."""
        supplying = self.sources(product)[0]
        told = [s for s in supplying if s[4] is not None]
        total = sum(s[4] for s in told)
        bounds = None
        if told and total <= 1.001:
            home = sum(s[4] for s in told if s[2] == "CN")
            away = sum(s[4] for s in told if s[2] not in ("CN", None))
            silent = [s[2] for s in supplying if s[4] is None]
            placeless = sum(s[4] for s in told if s[2] is None)
            if total < 0.999 and silent and all(side == "CN" for side in silent):
                home += 1 - total
            elif total < 0.999 and silent and all(side not in ("CN", None) for side in silent):
                away += 1 - total
            elif total < 0.999:
                placeless += 1 - total
            bounds = (home, home + placeless if placeless else home)
            if abs(bounds[0] - bounds[1]) < 1e-12:
                return bounds
        rates = [r for r in self.indicators if r["product"] == product and r["item"] == "domestic_rate"]
        rates = [r["value"] for r in self.best_first(rates) if r["definition"] in ("按产值", "by quantity")]
        return (rates[0], rates[0]) if rates else bounds

    def triple(self, product):
        stated = self.word(product, "triple", {"blank", "unstable", "self_sufficient"})
        if stated:
            return stated
        level, _ = self.level(product)
        if level is None:
            return None
        if level in ["L0", "L1", "L2"]:
            return "unstable" if level == "L2" else "blank"
        bounds = self.domestic(product)
        if bounds and bounds[0] >= 0.7:
            return "self_sufficient"
        return "stable_rate_short" if bounds and bounds[1] < 0.7 else "stable_rate_unknown"

    def exact_squares(self, product):
        """HHI by organisation and by origin, only where every share is known and every holder told apart."""
        supplying = self.sources(product)[0]
        column = 4 if any(s[4] is not None for s in supplying) else 5
        if (
            not supplying
            or any(s[column] is None for s in supplying)
            or not 0.999 <= sum(s[column] for s in supplying) <= 1.001
        ):
            return None, None
        by_firm = sum(s[column] ** 2 for s in supplying) if all(s[1] for s in supplying) else None
        origins = {}
        for s in supplying:
            origins[s[2]] = origins.get(s[2], 0) + s[column]
        by_origin = sum(v * v for v in origins.values()) if None not in origins else None
        return by_firm, by_origin

    def chokepoint(self, product):
        sheets = {}
        for item in ITEMS:
            for r in self.says(product, f"chokepoint_{item}"):
                made = day(r["observed_on"])
                if self.today <= made.replace(year=made.year + 1):
                    sheets.setdefault(r["assessor"], {}).setdefault(item, int(r["value"]))
        whole = [s for s in sheets.values() if len(s) == 5]
        if len(whole) < 2:
            return "not_tested"
        verdicts = {min(s.values()) >= 2 and sum(s.values()) >= 14 for s in whole}
        return "disputed" if len(verdicts) == 2 else "yes" if True in verdicts else "no"

    def dependants(self, product):
        seen, grown = set(), {product}
        while grown:
            grown = {r["product"] for r in self.inputs if r["input"] in grown} - seen - {product}
            seen |= grown
        return len(seen)

    def neighbours(self, product):
        own = self.products[product]
        needs = {r["input"] for r in self.inputs if r["product"] == product}
        for code, other in self.products.items():
            if code == product or code in self.parents:
                continue
            kinds = {own["base_kind"], other["base_kind"]} - {None}
            same = other["segment"] == own["segment"] and len(kinds) <= 1
            shared = needs & {r["input"] for r in self.inputs if r["product"] == code}
            sibling = own["parent"] in self.products and own["parent"] == other["parent"]
            if same or shared or sibling:
                yield code

    def route(self, product, foreign):
        level, _ = self.level(product)
        if level is None:
            return None, "NONE"
        if level not in ("L0", "L1"):
            if any(r["item"] == "blockage" and r["product"] == product for r in self.assessments):
                return "coordinate", "BLOCK"
            if level in ("L2", "L3"):
                return {"L2": ("first_use", "R4"), "L3": ("second_source", "R5")}[level]
            if foreign is not None and foreign >= 0.5:
                return "first_use", "R8"
            return (
                ("build_on", "R6")
                if self.word(product, "downstream", {"growing", "flat"}) == "growing"
                else ("defer", "R7")
            )
        state = self.chokepoint(product)
        if state != "no":
            return "tackle", "R1" if state == "yes" else "R1p"
        known = [self.level(code)[0] not in ("L0", "L1") for code in self.neighbours(product) if self.level(code)[0]]
        near = self.word(product, "know_how", {"near", "far"})
        if near is None and known:
            near = "near" if sum(known) / len(known) >= 0.5 else "far"
        market = self.word(product, "market", {"enough", "not_enough"})
        if near == "far":
            return "buy", "R3"
        if near and market:
            return ("invite", "R2") if market == "enough" else ("buy", "R2n")
        return "buy", "R2u"


FEW_STEPS = {"diagnosis.engine.max_iterations": 300}  # circles that creep for ever are for the engine's own tests


@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(12, 120))])
def test_every_indicator_is_the_twin_s(random_chain, seed: int) -> None:
    chain = random_chain(seed)
    result = diagnose(chain, overrides=FEW_STEPS)
    twin = Twin(chain)

    assert sorted(point.code for point in result.products) == sorted(set(twin.products) - twin.parents)
    for point in result.products:
        code = point.code
        level, stated = twin.level(code)
        assert (point.level.used, point.level.stated, point.level.derived) == (level, stated, twin.derived(code)), code
        assert point.triple.shown == twin.triple(code), code
        for by, value in zip(("organisation", "origin"), twin.exact_squares(code), strict=True):
            if value is not None:
                assert point.concentration[by].hhi.low == pytest.approx(value, abs=1e-12), code
                assert point.concentration[by].hhi.exact
        assert {k.code: k.state for k in point.kinds}["chokepoint"] == twin.chokepoint(code), code
        assert len(point.dependants) == twin.dependants(code)
        assert (point.route.code, point.route.rule) == twin.route(
            code, None if point.loss.inferred else point.loss.foreign_share
        ), code
        bounds = twin.domestic(code)
        # With shares of a part only, the network goes by those shares, the triple by a rate where there is one.
        told = any(source[4] is not None for source in twin.sources(code)[0])
        whole = point.share is not None and (point.share.basis == "shares" or not told)
        told_apart = point.loss.foreign_share is not None and point.loss.placeless_share < 1e-9
        if bounds and bounds[0] == bounds[1] and whole and told_apart:
            assert point.loss.foreign_share == pytest.approx(1 - bounds[0], abs=1e-9), code
        check_severity(point, level)
    check_ranking(result)


def check_severity(point, level) -> None:
    if point.loss.cut is None or level is None:
        assert point.severity is None
        return
    readiness = dict(zip(["L0", "L1", "L2", "L3", "L4", "L5"], (0, 0.1, 0.3, 0.6, 0.85, 1), strict=True))
    assert 0 <= point.loss.cut <= point.loss.stop + 1e-9 <= 1 + 1e-8
    assert point.severity == pytest.approx(point.loss.cut * (1 - readiness[level]), abs=1e-12)
    assert point.band == ("high" if point.severity >= 0.5 else "medium" if point.severity >= 0.2 else "low")
    if point.loss.left is not None and not point.loss.at_least:
        assert point.loss.left <= point.loss.cut + 1e-9


def check_ranking(result) -> None:
    assert [point.rank for point in result.weak_points] == list(range(1, len(result.weak_points) + 1))
    for before, after in pairwise(result.weak_points):
        # Numbers count as equal that agree in ten digits after the point.
        higher, lower = (
            [f"{point.severity:.10f}", f"{point.loss.stop:.10f}", f"{len(point.dependants):05d}"]
            for point in (before, after)
        )
        assert higher > lower or (higher == lower and before.code < after.code)
    listed = {point.code for point in (*result.weak_points, *result.unknown)}
    assert all(point.severity is None for point in result.unknown)
    for point in result.products:
        if point.code not in listed:
            assert point.severity == 0 and all(kind.state != "yes" for kind in point.kinds)
