"""Classification help (分类建议): which code of a classification a product's words point to, with the words that say so.

The office's own file is read (GB/T 4754, HS or any list of codes and names); none is shipped. A proposal is a proposal: a
person chooses. Method, limits and measured hits: docs/models/classify.md.
"""

from lianban.chain.classify.files import ClassificationUnreadable, read_classification
from lianban.chain.classify.proposing import Candidate, Classification, Entry

__all__ = ["Candidate", "Classification", "ClassificationUnreadable", "Entry", "read_classification"]
