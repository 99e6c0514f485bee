"""What every test may ask for."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

# A quick look before each commit, a thorough one in make evidence. A gate asks the same questions of every submission:
# chance looks for new ones at the desk and in make evidence, and what it finds becomes a case of its own.
settings.register_profile("quick", max_examples=12, deadline=None, derandomize="CI" in os.environ,
                          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
settings.register_profile("thorough", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("LIANBAN_HYPOTHESIS", "quick"))

ROOT = Path(__file__).parent


# Tests that go through many parts or whole packages: worth their seconds in make test, not before every commit.
WIDE = ("cli/tests/", "tests/samples/", "tests/house/test_distribution", "diagnosis/tests/test_twin", "diagnosis/tests/test_pages",
        "chain/tests/test_writing", "chain/tests/test_hostile", "chain/whatif/tests/", "chain/intervals/tests/",
        "chain/dynamics/tests/", "chain/yardsticks/tests/", "chain/interventions/tests/", "tests/benchmarks/")  # fmt: skip


# Pages look the same on both databases, and a road uses the locks of the books under it: make check has PostgreSQL do what
# locks, constrains and counts; make evidence runs all of it on both.
PAGES = ("test_views", "test_pages", "test_access", "test_templates", "test_desk", "test_pictures", "site/tests/",
         "secrecy/test_canary", "secrecy/test_wrong_input", "secrecy/test_permissions", "secrecy/test_sealed", "secrecy/test_faults",
         "consortia/tests/", "challenges/tests/", "projects/tests/test_services", "review/tests/test_services", "matching/tests/",
         "agreements/tests/", "access/tests/", "lists/tests/", "reports/tests/", "saved/tests/", "upkeep/tests/", "maps/tests/",
         "secrecy/test_api", "secrecy/test_taking", "secrecy/test_reporting", "test_change_pages", "test_names", "diagnosis/tests/test_studies", "diagnosis/tests/test_what_if", "measures/tests/")  # fmt: skip


# The check has to stay under twenty minutes: the longest crawls of what was added last run in make evidence for now.
LONG = ("secrecy/test_api.py::test_no_operation", "secrecy/test_api.py::test_missing", "secrecy/test_api.py::test_who_may",
        "house/test_api_document.py", "secrecy/test_taking.py", "secrecy/test_reporting.py::test_a_view",
        "test_permissions.py::test_every_deed_of_both_roads", "corpora.py::test_hostile")  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a database, and what is wide, so that ``make quick`` can leave both to ``make test``."""
    for item in items:
        if any(part in item.path.as_posix() for part in WIDE):
            item.add_marker("wide")
        if any(part in item.nodeid for part in LONG):
            item.add_marker("evidence")
        if any(part in item.path.as_posix() for part in PAGES):
            item.add_marker("pages")
        if (
            {"db", "transactional_db", "client"} & set(getattr(item, "fixturenames", ()))
            or item.get_closest_marker("django_db")
            or getattr(getattr(item, "cls", None), "databases", None)
        ):  # Django's TestCase asks without a fixture
            item.add_marker("database")


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Give the folder of one real data set; skip where the data are not beside the checkout."""
    base = Path(os.environ.get("LIANBAN_DATA", ROOT.parent / "shared" / "data"))

    def folder(name: str) -> Path:
        if not (base / name).is_dir():
            pytest.skip(f"real data set {name!r} is not here (set LIANBAN_DATA to its parent folder)")
        return base / name

    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copy a migrated database instead of migrating in each test process."""
    from tests import databases

    databases.prepare()


@pytest.fixture
def many_hands() -> Callable[[type[RuleBasedStateMachine], int, int], None]:
    """Run a state machine so many times for so many steps; ``LIANBAN_MACHINES=50x20`` asks other sizes of all of them."""

    def run(machine: type[RuleBasedStateMachine], runs: int, steps: int) -> None:
        if asked := os.environ.get("LIANBAN_MACHINES"):
            runs, steps = (int(number) for number in asked.split("x"))
        size = settings(max_examples=runs, stateful_step_count=steps, suppress_health_check=list(HealthCheck))
        run_state_machine_as_test(machine, settings=size)

    return run


@pytest.fixture
def without_append_only(db: None) -> None:
    """Take the journal's database law away inside this test's transaction, to tamper with it."""
    from django.db import connection

    statements = (
        ["DROP TRIGGER journal_entry_no_change ON journal_entry"]
        if connection.vendor == "postgresql"
        else ["DROP TRIGGER journal_entry_no_update", "DROP TRIGGER journal_entry_no_delete"]
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Forget cached layouts: tests roll back their rows, so keys and stamps come again with other data behind them."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _order_of_locks() -> Iterator[None]:
    """Watch the order in which deeds lock rows: what could stand still on PostgreSQL fails here, on any database."""
    from tests import locks

    with locks.watched(locks.Watch()):
        yield
