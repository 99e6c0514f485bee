"""Decisions of innovation consortia (创新联合体): values in, answer out; the same names from every file of this folder."""

from lianban.apps.consortia.rules.conditions import *  # noqa: F403
from lianban.apps.consortia.rules.council import *  # noqa: F403
from lianban.apps.consortia.rules.duties import *  # noqa: F403
from lianban.apps.consortia.rules.evaluation import *  # noqa: F403
from lianban.apps.consortia.rules.membership import *  # noqa: F403
from lianban.apps.consortia.rules.sharing import *  # noqa: F403
from lianban.apps.consortia.rules.states import *  # noqa: F403
from lianban.apps.consortia.rules.work import *  # noqa: F403
