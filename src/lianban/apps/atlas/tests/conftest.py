"""A loaded chain."""

import pytest

from lianban.apps.atlas.models import Chain
from lianban.apps.atlas.tests import given


@pytest.fixture
def bags(db: None) -> Chain:
    return given.load()
