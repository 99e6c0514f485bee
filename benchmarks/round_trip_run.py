"""The database's part of ``round_trip.py``, in a process of its own; prints JSON. Asks for Django's settings in the environment."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

import django

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def main(names: list[str]) -> dict[str, Any]:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from lianban import read_chain, samples
    from lianban.apps.atlas import services as facts
    from lianban.apps.imports.tests import round_trip
    from lianban.apps.parties.services import SYSTEM

    found = {}
    for name in names:
        chain = facts.load_package(chain=read_chain(samples.path(name)), by=SYSTEM, at=NOW)
        found[name] = round_trip.figures(chain, NOW)
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), ensure_ascii=False))
