"""A small chain with everything in it, for tests of the atlas and of the apps above it."""

from datetime import UTC, date, datetime
from typing import Any

from lianban.apps.atlas import services
from lianban.apps.atlas.compute import Package
from lianban.apps.atlas.models import Chain
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.parties.services import SYSTEM
from lianban.kit.mechanisms import all_deeds

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FACT = {"source": "s1", "observed_on": date(2026, 10, 31), "confidence": "high", "confidentiality": "open"}


def fact(**columns: Any) -> dict[str, Any]:
    return {**FACT, **columns}


def tables() -> dict[str, list[dict[str, Any]]]:
    """Five products: film needs resin and adhesive, bag needs film, the drug needs the bag."""
    return {
        "chain": [
            {"code": "bags", "name": "一次性袋", "name_en": "Single-use bags", "home": "CN", "data_date": date(2026, 10, 31), "sample": True}
        ],
        "segments": [
            {"code": "raw", "name": "原料", "name_en": "Raw materials", "stage": 1, "stream": "upstream"},
            {"code": "film", "name": "膜材", "name_en": "Films", "stage": 2, "stream": "midstream"},
            {"code": "end", "name": "制造", "name_en": "Making", "stage": 3, "stream": "downstream"},
        ],
        "products": [
            fact(code="resin", name="树脂", name_en="Resin", segment="raw", base_kind="material"),
            fact(code="adhesive", name="粘合剂", name_en="Adhesive", segment="raw", confidentiality="office"),
            fact(code="film", name="袋膜", name_en="Bag film", segment="film", grade="五层共挤"),
            fact(code="bag", name="储液袋", name_en="Storage bag", segment="end", parent=None),
            fact(code="bag-50", name="储液袋 50 L", name_en="Storage bag 50 L", segment="end", parent="bag"),
            fact(code="drug", name="抗体药", name_en="Antibody drug", segment="end", final=True, value=3.5, unit="亿元"),
        ],
        "inputs": [
            fact(product="film", input="resin", essential="yes", cost_share=0.4),
            fact(product="film", input="adhesive", essential="no"),
            fact(product="bag", input="film", essential="yes", cost_share=0.6),
            fact(product="drug", input="bag"),
            fact(product="resin", input="film", essential="no"),
        ],
        "organisations": [
            fact(code="maker", name="甲膜业有限公司", name_en="Maker A", kind="firm", place="320500", example=True, anchor=True),
            fact(code="buyer", name="乙药业有限公司", kind="firm", place="320500", example=True),
            fact(code="lab", name="丙实验室", kind="laboratory", place="320500", example=True, confidentiality="chain"),
        ],
        "production": [
            fact(product="film", organisation="maker", stage="stable_volume", share=0.3, share_of="home_supply"),
            fact(product="film", origin="US", stage="stable_volume", share=0.7, share_of="home_supply", source="s2"),
            fact(product="resin", organisation="lab", stage="pilot"),
            fact(product="bag", organisation="buyer", stage="small_batch", confidentiality="private"),
        ],
        "supplies": [
            fact(supplier="maker", buyer="buyer", product="film", value=120.0, unit="万元", confidentiality="private")
        ],
        "demands": [
            fact(raised_by="buyer", product="bag", title="50 L 储液袋国产替代", yearly_quantity=2000, quantity_unit="个", confidentiality="chain"),
            fact(raised_by="maker", title="高纯树脂", required_indicators="析出物 ≤ 1 ppm"),
        ],
        "assessments": [
            fact(product="film", item="level", value="L2", assessor="链办", voice="office"),
            fact(product="film", item="level", value="L3", voice="expert", source="s2"),
        ],
        "parameters": [fact(product="film", item="stock_days", value=30, unit="天")],
        "indicators": [
            fact(product="film", item="domestic_rate", value=0.3, unit="fraction", definition="按金额", period="2025"),
            fact(product="film", item="domestic_rate", value=0.2, unit="fraction", definition="按金额", period="2025", source="s2"),
        ],
        "sources": [
            {"code": "s1", "title": "年报", "kind": "official", "address": "https://example.org/a"},
            {"code": "s2", "title": "内部调研", "kind": "survey", "confidentiality": "office"},
        ],
    }  # fmt: skip


def package(**replaced: list[dict[str, Any]]) -> Package:
    return Package.from_tables({**tables(), **replaced}, name="bags")


def load(chain: Package | None = None) -> Chain:
    return services.load_package(chain=chain or package(), by=SYSTEM, at=NOW)


def actor(role: str, chain: str = "", organisation: str = "") -> Actor:
    return Actor(1, role, (Grant(role, chain, organisation),), all_deeds())


VISITOR = Actor()
