"""One database's part of ``finding.py``, in a process of its own; prints JSON. Asks for Django's settings in the environment."""

import json
import random
import statistics
import sys
import time
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

SEED, CHAINS = 20261123, 4
NOW, DAY = datetime(2026, 11, 22, 9, tzinfo=UTC), date(2026, 10, 31)
PLACES = [
    "北京",
    "上海",
    "天津",
    "重庆",
    "南京",
    "苏州",
    "无锡",
    "常州",
    "南通",
    "杭州",
    "宁波",
    "温州",
    "合肥",
    "芜湖",
    "长沙",
    "武汉",
    "西安",
    "成都",
    "厦门",
    "广州",
    "深圳",
    "东莞",
    "佛山",
    "沈阳",
    "大连",
    "长春",
    "哈尔滨",
    "济南",
    "青岛",
    "乐山",
]
BRANDS = (
    "华瑞恒信达丰盛源泰安康宁远航宇星辰光明德仁和兴旺鑫金银海江河山川长重乐行都朝曾单解晟昊轩泽润朗博卓越腾飞龙虎凤麟"
)
TRADES = [
    "精密机械",
    "生物医药",
    "新能源科技",
    "电子材料",
    "半导体设备",
    "工业软件",
    "轴承制造",
    "化工新材料",
    "汽车零部件",
    "航空装备",
    "智能装备",
    "医疗器械",
    "光电科技",
    "环保工程",
    "特种钢铁",
]
SUFFIXES = ["有限公司", "有限公司", "股份有限公司", "集团有限公司", "研究院"]
HIDDEN = "密级专用词"  # stands in 20,000 names that the visitor may not see


def name_of(dice: random.Random, hidden: bool) -> str:
    brand = "".join(dice.choice(BRANDS) for _ in range(dice.choice((2, 2, 3))))
    return dice.choice(PLACES) + brand + dice.choice(TRADES) + (HIDDEN if hidden else "") + dice.choice(SUFFIXES)


def fill(n: int) -> list[Any]:
    """Chains of invented organisations, products and needs, every fifth organisation hidden from the public."""
    from lianban.apps.atlas.models import Chain, Demand, Member, Product, Segment
    from lianban.apps.parties.models import Organisation, OrganisationName
    from lianban.apps.sources.models import Source

    dice, chains = random.Random(SEED), []
    for number in range(CHAINS):
        at = {
            "name": f"示例链{number}",
            "name_en": f"Example chain {number}",
            "data_date": DAY,
            "stamp": 1,
            "changed_at": NOW,
        }
        chain = Chain.objects.create(code=f"c{number}", sample=True, **at)
        source = Source.objects.create(chain=chain.code, code="s", title="示例")
        fact = {"chain": chain, "source": source, "observed_on": DAY}
        segment = Segment.objects.create(chain=chain, code="a", name="材料", stage=1)
        size = n // CHAINS
        orgs = [Organisation(code=f"o{number}-{i}", name=name_of(dice, i % 5 == 0), credit_code=f"91{number}{i:015d}", example=True) for i in range(size)]  # fmt: skip
        Organisation.objects.bulk_create(orgs, batch_size=2000)
        Member.objects.bulk_create(
            [Member(code=o.code, name=o.name, credit_code=o.credit_code, organisation=o, example=True, confidentiality="office" if HIDDEN in o.name else "open", **fact) for o in orgs],
            batch_size=2000,
        )  # fmt: skip
        OrganisationName.objects.bulk_create(
            [OrganisationName(organisation=o, kind="former", name=name_of(dice, False).replace("有限公司", "厂"), source="示例", stated_at=NOW) for o in orgs[::10]],
            batch_size=2000,
        )  # fmt: skip
        goods = [Product(code=f"p{i}", name=dice.choice(TRADES) + dice.choice(BRANDS) + "件", segment=segment, **fact) for i in range(size // 10)]  # fmt: skip
        Product.objects.bulk_create(goods, batch_size=2000)
        needs = [Demand(code=f"d{i}", title=f"{goods[i].name}国产替代", raised_by=orgs[i], product=goods[i], **fact) for i in range(size // 50)]  # fmt: skip
        Demand.objects.bulk_create(needs, batch_size=2000)
        chains.append(chain)
    return chains


def typed(n: int) -> list[tuple[str, str]]:
    """What people type, by kind."""
    from pypinyin import lazy_pinyin

    from lianban.apps.parties.models import Organisation, OrganisationName

    dice = random.Random(SEED + 1)
    names = list(Organisation.objects.order_by("pk").values_list("name", flat=True)[:: max(1, 5000 // n)])
    former = list(OrganisationName.objects.order_by("pk").values_list("name", flat=True)[:500])
    credit = list(Organisation.objects.order_by("pk").values_list("credit_code", flat=True)[:500])
    common = [
        "有限公司",
        "科技",
        "新能源科技",
        "南京",
        "研究院",
        "yxgs",
        "gs",
        "jingmi",
        "keji",
        "公",
        "司",
        "a",
        "z",
        "n",
        "有",
        "示例",
        HIDDEN,
    ]
    found = []
    for i in range(n):
        name = dice.choice(names)
        start = dice.randrange(max(1, len(name) - 6))
        syllables = lazy_pinyin(name)
        kind, text = [
            ("part of a name", name[start : start + dice.randint(2, 6)]),
            ("initials", "".join(s[0] for s in syllables[: dice.randint(3, 8)])),
            ("pinyin", "".join(syllables[start : start + dice.randint(2, 4)])),
            ("whole name", name),
            ("two words", f"{name[:2]} {name[4:6]}"),
            ("former name", dice.choice(former)[:6]),
            ("credit code", dice.choice(credit)),
            ("a word of thousands", dice.choice(common)),
            ("nothing has it", dice.choice(BRANDS) + "囍" + dice.choice(BRANDS)),
            ("while typing", name[: 1 + i % 4]),
        ][i % 10]
        found.append((kind, text))
    return found


def milliseconds(values: list[float], part: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(len(values) * part))] * 1000, 1)


def timed(client: Any, what: str) -> float:
    """Seconds from request to answer."""
    begun = time.perf_counter()
    answer = client.get("/search/", {"q": what}, headers={"HX-Request": "true", "HX-Target": "find-results"})
    assert answer.status_code == 200
    return time.perf_counter() - begun


def secrecy(client: Any, n: int) -> dict[str, float]:
    """What only hidden rows have against what no row has, in turn so that a busy machine touches both alike."""
    hidden, nothing = [], []
    for _ in range(n):
        hidden.append(timed(client, HIDDEN))
        nothing.append(timed(client, "密级专用囍"))
    return {
        "a word only hidden names have, median": milliseconds(hidden, 0.5),
        "a word no name has, median": milliseconds(nothing, 0.5),
    }


def main(organisations: int, searches: int) -> dict[str, Any]:
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from lianban.apps.parties.models import RoleGrant
    from lianban.apps.search import services

    call_command("migrate", verbosity=0)
    chains = fill(organisations)
    begun = time.perf_counter()
    rows = sum(services.index(chain=chain, at=NOW) for chain in chains)
    built = time.perf_counter() - begun
    begun = time.perf_counter()
    services.index(chain=chains[0], at=NOW)
    checked = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    index = {
        "rows": rows,
        "built in seconds": round(built, 1),
        "nothing new in one chain, seconds": round(checked, 1),
        **_size(),
    }

    user = get_user_model().objects.create_user("officer", password="x")
    RoleGrant.objects.create(user=user, role="officer", starts_on=DAY)
    visitor, officer = Client(), Client()
    officer.force_login(user)
    of_kind, of_reader = defaultdict(list), defaultdict(list)
    begun, works = time.process_time(), []
    for kind, text in typed(searches):
        for who, client in (("visitor", visitor), ("officer", officer)):
            before = time.process_time()
            seconds = timed(client, text)
            works.append(time.process_time() - before)
            of_kind[kind].append(seconds)
            of_reader[who].append(seconds)
    busy = time.process_time() - begun
    every = [s for ones in of_reader.values() for s in ones]
    request = {"p50": milliseconds(every, 0.5), "p95": milliseconds(every, 0.95), "p99": milliseconds(every, 0.99), "slowest": milliseconds(every, 1)}  # fmt: skip
    request |= {f"p95 of the {who}": milliseconds(ones, 0.95) for who, ones in of_reader.items()}
    request["processor time a search, mean"] = round(busy / len(every) * 1000, 1)
    request["processor time a search, p95"] = milliseconds(works, 0.95)
    request["mean"] = round(statistics.mean(every) * 1000, 1)
    by_kind = {f"{kind}, p95": milliseconds(ones, 0.95) for kind, ones in of_kind.items()}
    return {
        "index": index,
        "request": request,
        "by_what_is_typed": by_kind,
        "secrecy": secrecy(visitor, max(20, searches // 10)),
    }


def _size() -> dict[str, float]:
    """Megabytes of the index, and of the database with it."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('search_findable'), pg_database_size(current_database())")
            index, whole = cursor.fetchone()
            return {"index, MB": round(index / 1e6, 1), "database, MB": round(whole / 1e6, 1)}
    whole = Path(str(connection.settings_dict["NAME"])).stat().st_size
    return {"database, MB": round(whole / 1e6, 1)}


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
