"""Other names of organisations and saved views on the secrecy stage, a word in every text, and who may do what with them."""

from django.contrib.auth import get_user_model

from lianban.apps.parties.models import Organisation, OrganisationName
from lianban.apps.parties.services import SYSTEM, add_name
from lianban.apps.saved.models import SavedView
from lianban.apps.search import services as search
from lianban.kit.confidentiality import CONFIDENTIALITY, highest

OWNER, SIGNED_IN = "owner", "signed in"


def tell(stage, chain, at, readers):
    """Names of each class for an organisation of each class, and views of each class kept by an officer."""
    officer = get_user_model().objects.get(username="officer")
    for c in CONFIDENTIALITY:
        for of in ("open", c):
            firm = Organisation.objects.get(code=stage.codes["organisation"][of])
            name = stage.word(f"OrganisationName.name ({c} of {of})", readers(highest(c, of)))
            add_name(organisation=firm.pk, kind="former", name=name, confidentiality=c, by=SYSTEM, at=at,
                     source=stage.word(f"OrganisationName.source ({c} of {of})", readers(highest(c, of))))  # fmt: skip
        view = SavedView.objects.create(
            code=f"shared{CONFIDENTIALITY.index(c)}", owner=officer, name=stage.word(f"SavedView.name ({c})", readers(c)),
            address=f"/chains/bags/products/?q={stage.word(f'SavedView.address ({c})', readers(c))}", chain=chain,
            layout={"own": stage.word(f"SavedView.layout ({c})", readers(c))}, stamp=1, shared=True, confidentiality=c, kept_at=at,
        )  # fmt: skip
        stage.pks.setdefault("view", {})[c] = view.pk
    only = frozenset({"officer"})
    SavedView.objects.create(code="private1", owner=officer, name=stage.word("SavedView.name (own)", only), confidentiality="open",
                             address=f"/chains/?q={stage.word('SavedView.address (own)', only)}", kept_at=at)  # fmt: skip
    search.index(chain=chain, at=at)


def addresses(stage):
    views = [*SavedView.objects.values_list("code", flat=True)]
    codes = [*stage.codes["organisation"].values(), "firm-own"]
    return (
        ["/v/", "/v/new/?address=/chains/bags/map/", "/search/codes/?q=film"]
        + [f"/v/{code}/{tab}" for code in views for tab in ("", "change/")]
        + [f"/chains/bags/products/?saved={code}" for code in views]
        + [f"/search/names/bags/{code}/" for code in codes]
        + [f"/search/codes/bags/{code}/" for code in stage.codes["product"].values()]
    )


def rows(stage, at):
    """As the table in test_permissions."""
    firm = Organisation.objects.get(code="firm-own")
    noted = OrganisationName.objects.filter(organisation=firm).first() or add_name(
        organisation=firm.pk, kind="short", name="自家", source="章程", by=SYSTEM, at=at
    )
    nobody, _ = get_user_model().objects.get_or_create(username="somebody not of the cast")
    SavedView.objects.get_or_create(
        code="nobodys1", defaults={"owner": nobody, "name": "别人的", "address": "/chains/", "kept_at": at}
    )
    names, saved = "lianban.apps.search.views", "lianban.apps.saved.views"
    name = {"name": "旧名公司", "kind": "former", "source": "登记", "confidentiality": "open"}
    view = {"name": "产品", "address": "/chains/bags/products/", "confidentiality": "open"}
    return [
        (f"{names}.names", "parties.keep_names", "/search/names/bags/firm-own/", name),
        (f"{names}.drop_name", "parties.keep_names", f"/search/names/bags/{noted.pk}/firm-own/drop/", {}),
        (f"{saved}.new", SIGNED_IN, "/v/new/", view),
        (f"{saved}.change", OWNER, "/v/nobodys1/change/", view),
        (f"{saved}.drop", OWNER, "/v/nobodys1/drop/", {}),
    ]
