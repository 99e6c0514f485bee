"""Teams on a chain (链上组队): a question in words and codes, drafted from a package; the answer with names and reasons.

docs/models/matching.md shows both forms.
"""

from lianban.chain.teams.draft import STAGE_LEVELS, draft
from lianban.chain.teams.question import LEVELS, QuestionError, read_question
from lianban.chain.teams.result import answer

__all__ = ["LEVELS", "STAGE_LEVELS", "QuestionError", "answer", "draft", "read_question"]
