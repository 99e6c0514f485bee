"""A small chain: a bag (final) needs film and filter cartridges, film needs glue; one fact is private to a firm."""

from datetime import date
from typing import Any

from lianban.apps.atlas import services
from lianban.apps.atlas.compute import Package
from lianban.apps.atlas.models import Chain
from lianban.apps.parties.services import SYSTEM

DAY = date(2026, 10, 31)
FACT = {"source": "s1", "observed_on": DAY, "confidence": "high", "confidentiality": "open"}


def fact(**columns: Any) -> dict[str, Any]:
    return {**FACT, **columns}


def share(product: str, of: float, **who: Any) -> dict[str, Any]:
    return fact(product=product, share=of, share_of="home_supply", stage=who.pop("stage", "stable_volume"), **who)


def tables(film_share: float = 0.9) -> dict[str, list[dict[str, Any]]]:
    return {
        "chain": [
            {"code": "bags", "name": "一次性袋", "name_en": "Single-use bags", "home": "CN", "place": "320500",
             "data_date": DAY, "sample": True}
        ],
        "segments": [
            {"code": "raw", "name": "材料", "name_en": "Materials", "stage": 1},
            {"code": "end", "name": "制造", "name_en": "Making", "stage": 2},
        ],
        "products": [
            fact(code="glue", name="胶", name_en="glue", segment="raw"),
            fact(code="film", name="膜材", name_en="film", segment="raw", grade="五层共挤"),
            fact(code="cartridge", name="滤芯", name_en="cartridge", segment="raw"),
            fact(code="bag", name="袋", name_en="bag", segment="end", final=True),
        ],
        "inputs": [
            fact(product="film", input="glue", essential="no"),
            fact(product="bag", input="film", essential="yes", cost_share=0.4),
            fact(product="bag", input="cartridge", essential="yes", cost_share=0.2),
        ],
        "organisations": [
            fact(code="firm-a", name="甲公司", name_en="Firm A", place="320500", example=True),
            fact(code="firm-b", name="乙公司", name_en="Firm B", place="320500", example=True, anchor=True),
        ],
        "production": [
            share("film", film_share, origin="JP"),
            share("film", round(1 - film_share, 2), origin="US"),
            fact(product="film", organisation="firm-a", stage="pilot"),
            share("cartridge", 0.5, origin="JP"),
            share("cartridge", 0.5, organisation="firm-a", stage="small_batch"),
            share("bag", 1.0, organisation="firm-b"),
        ],
        "demands": [
            fact(raised_by="firm-b", product="cartridge", title="滤芯国产替代", yearly_quantity=2000, quantity_unit="个"),
            fact(raised_by="firm-b", product="film", title="膜材保供", confidentiality="private"),
        ],
        "assessments": [
            fact(product="film", item="level", value="L1", voice="expert", assessor="专家组"),
            fact(product="cartridge", item="level", value="L3", voice="expert", assessor="专家组"),
        ],
        "sources": [{"code": "s1", "title": "示例来源", "kind": "official", "address": "https://example.org/a"}],
    }  # fmt: skip


def load(at: Any, **changes: Any) -> Chain:
    return services.load_package(chain=Package.from_tables(tables(**changes), name="bags"), by=SYSTEM, at=at)
