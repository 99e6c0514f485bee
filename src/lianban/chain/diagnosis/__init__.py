"""Diagnosis of weak points (薄弱环节诊断): ``diagnose(chain)`` → ``Diagnosis``; docs/models/diagnosis.md."""

from lianban.chain.diagnosis.result import Diagnosis
from lianban.chain.diagnosis.run import diagnose
from lianban.chain.diagnosis.scope import ScopeError

__all__ = ["Diagnosis", "ScopeError", "diagnose"]
