"""Maps and lists on the secrecy stage: every list published for every class, and who may publish, load and withdraw."""

from lianban.apps.lists import queries, rules, services
from lianban.apps.maps.models import BaseMap


class AlwaysTheSame:
    """A file that can be sent many times; no map."""

    name = "map.json"

    def read(self) -> bytes:
        return b"{}"


def tell(stage, chain, at, readers):
    """Publications hold words that stand elsewhere on the stage: each may be read by exactly those who may read it there."""
    officer = queries.reader_of("private")
    for of_class in ("open", "chain", "office", "private"):
        for kind in rules.LISTS:
            if kind.kept:
                services.publish(chain=chain, kind=kind, confidentiality=of_class, signer="示例链办", by=officer, at=at)
    base = BaseMap.objects.create(title="示例底图", approval="示例审图号", issuer="示例", outlines={"320000": "M0 0L9 0L9 9Z"}, width=800,
                                  height=600, digest="sha256:0", loaded_by="user:0", loaded_at=at)  # fmt: skip
    stage.pks["base map"] = base.pk


def addresses(stage):
    """Every list, every version and every comparison with now; the map compared and folded."""
    base = [
        "/lists/bags/",
        "/lists/secret/",
        "/chains/bags/regions/",
        "/chains/bags/regions/?tiles=1&format=csv",
        "/chains/bags/regions.svg",
    ]
    for kind in rules.LISTS:
        page = f"/lists/bags/{kind.key}/"
        base += [page, f"{page}?format=csv", *(f"{page}v{n}/" for n in range(1, 5)), *(f"{page}compare/?before={n}" for n in range(1, 5)),
                 f"{page}v4/?format=csv", f"{page}compare/?before=1&after=4", f"{page}compare/?before=4&format=csv"]  # fmt: skip
    maps = ["?node=film&up=1", "?node=film&to=drug", "?node=film&only=1", "?level=L0,unknown", "?shut=raw", "compare/",
            "compare/?before=run:1&after=run:2", "compare/?before=day:1&after=day:1", "compare/?format=csv"]  # fmt: skip
    return (
        base
        + [f"/chains/bags/map/{one}" for one in maps]
        + ["/chains/bags/map/compare.svg", "/chains/bags/map.svg?shut=raw"]
    )


def rows(stage, at):
    """As the table in test_permissions."""
    base = stage.pks["base map"]
    return [
        ("lianban.apps.lists.views.publish", "lists.publish", "/lists/bags/demands/publish/", {"confidentiality": "open", "signer": "示例链办"}),
        ("lianban.apps.maps.views.regions.load_base_map", "maps.load_base_map", "/chains/bags/regions/base-map/", {"title": "x", "approval": "x", "issuer": "x", "file": AlwaysTheSame()}),
        ("lianban.apps.maps.views.regions.withdraw_base_map", "maps.load_base_map", f"/chains/bags/regions/base-map/{base}/withdraw/", {}),
    ]  # fmt: skip
