"""A sealed box on the stage, for the table of who may do what: everybody who may keep a share keeps one."""

from datetime import timedelta

from django.contrib.auth import get_user_model

from lianban.apps.parties.queries import actor_of
from lianban.apps.parties.services import SYSTEM
from lianban.apps.sealing import services as sealing
from lianban.apps.sealing.apps import CUSTODIANS
from lianban.kit.text import Text

OWNER, WORD = "owner", "a passphrase of twelve and more"


def play(stage, at):
    holders = []
    for person in CUSTODIANS:
        user = get_user_model().objects.get(username=person)
        actor = actor_of(user, today=at.date())
        sealing.register_passphrase(passphrase=WORD, again=WORD, by=actor, at=at)
        holders.append(user.pk)
    box = sealing.make_box(subject="trial:1", chain="bags", closes_at=at + timedelta(days=10), holders=holders, k=2,
                           name=Text("榜单", "A list"), room=256 * 1024, by=SYSTEM, at=at)  # fmt: skip
    stage.pks["box"] = {"bags": box.pk}


def rows(stage):
    """As the table in test_permissions. Giving a share is refused for the time (409), so nothing is opened."""
    views, box, word = "lianban.apps.sealing.views", f"/sealing/{stage.pks['box']['bags']}", {"passphrase": WORD}
    return [
        (f"{views}.passphrase", "sealing.hold", "/sealing/passphrase/", {**word, "again": WORD}),
        (f"{views}.give", "sealing.hold", f"{box}/give/", word),
        (f"{views}.check", "sealing.hold", f"{box}/check/", word),
        (f"{views}.void", "sealing.void", f"{box}/void/", {"reason": "撤销"}),
        (f"{views}.withdraw", OWNER, f"{box}/withdraw/1/", {}),  # nobody has anything in it
    ]
