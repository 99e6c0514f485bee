"""The door to the engine: members with capabilities and tasks with needs go down, Shapley values come back."""

from collections.abc import Sequence

from lianban.apps.consortia import rules
from lianban.apps.consortia.models import Member, Task
from lianban.engine import sharing
from lianban.kit.refusals import Refusal, refuse


def shapley(members: Sequence[Member], tasks: Sequence[Task]) -> rules.Shares | Refusal:
    """Shapley value of each member over these tasks, in the members' order; a refusal where nothing can be computed."""
    if not tasks:
        return refuse(
            "consortia.no_valued_tasks",
            "还没有写明所需能力与价值的任务",
            "no task says which capabilities it takes and what it is worth",
        )
    wanted = [sharing.Task(task.worth_fen, task.needs) for task in tasks]
    return sharing.shapley_of_tasks([member.capabilities for member in members], wanted)
