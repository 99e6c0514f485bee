"""The stage of the reports: the small chain of the diagnosis, diagnosed."""

from lianban.apps.diagnosis.tests.conftest import (  # noqa: F401
    NOW,
    cast,
    diagnosed,
    each_diagnosis_once,
    load,
    sign_in,
)
