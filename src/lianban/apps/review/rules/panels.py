"""How a panel moves, and what each phase lets its experts see and do: switches as data, one table for page and service."""

from dataclasses import dataclass

from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

STATES = Transitions(
    {
        "seating": Text("组建中", "being seated"),
        "confirmed": Text("已确认", "confirmed"),
        "blind": Text("匿名初评", "blind reading"),
        "defence": Text("答辩评审", "defence"),
        "frozen": Text("评分已封存", "scores frozen"),
        "closed": Text("已反馈，结束", "feedback given, closed"),
        "void": Text("已作废", "void"),
    },
    [
        Move("confirm", ("seating",), "confirmed", Text("确认评审组", "confirm")),
        Move("suspend", ("confirmed", "blind", "defence"), "seating", Text("暂停以核查回避", "suspend")),
        Move("lay_open", ("confirmed",), "blind", Text("开放匿名初评", "lay open")),
        Move("open_defence", ("blind",), "defence", Text("封存初评、开始答辩", "open the defence")),
        Move("freeze", ("blind", "defence"), "frozen", Text("封存评分", "freeze")),
        Move("close", ("frozen",), "closed", Text("结束", "close")),
        Move("void", ("seating", "confirmed", "blind", "defence"), "void", Text("作废", "void")),
    ],
)


@dataclass(frozen=True, slots=True)
class Phase:
    """What one state lets the experts on the panel see and do (评审阶段开关)."""

    reads: bool = False  # the anonymised plans
    names: bool = False  # who the solvers are, and the plans with names
    scores: str = ""  # phase whose criteria may be scored now
    others: bool = False  # what the others on the panel gave, by seat number, for the chair


PHASES = {
    "seating": Phase(),
    "confirmed": Phase(),
    "blind": Phase(reads=True, scores="blind"),
    "defence": Phase(reads=True, names=True, scores="defence"),
    "frozen": Phase(reads=True, names=True, others=True),
    "closed": Phase(reads=True, names=True, others=True),
    "void": Phase(),
}
