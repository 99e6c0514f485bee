"""States (状态): one table per workflow, from which refusals, moves and the diagram come."""

from collections.abc import Iterable
from dataclasses import dataclass

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move: the verb people say, from where, to where."""

    verb: str
    sources: tuple[str, ...]
    target: str
    name: Text


class Transitions:
    """The table of allowed moves of one workflow.

    ``states`` maps each state to its name; every move must use known states, and every state must be
    reachable from the first one (checked when the table is made, so a wrong table cannot start).
    """

    def __init__(self, states: dict[str, Text], moves: Iterable[Move]):
        self.states = states
        self.moves = {move.verb: move for move in moves}
        known = set(states)
        for move in self.moves.values():
            unknown = ({*move.sources} | {move.target}) - known
            if unknown:
                raise ValueError(f"move {move.verb!r} names unknown states {sorted(unknown)}")
        self.first = next(iter(states))
        reached, frontier = {self.first}, [self.first]
        while frontier:
            state = frontier.pop()
            for move in self.moves.values():
                if state in move.sources and move.target not in reached:
                    reached.add(move.target)
                    frontier.append(move.target)
        if known - reached:
            raise ValueError(f"states {sorted(known - reached)} cannot be reached from {self.first!r}")

    def refusals(self, state: str, verb: str) -> list[Refusal]:
        """Say why this verb is not possible in this state; empty when it is."""
        move = self.moves[verb]
        if state in move.sources:
            return []
        return [
            refuse(
                "state.not_from_here",
                "当前状态为“{state}”，不能{verb}",
                "it is '{state}' now, so it cannot be moved by '{verb}'",
                state=self.states[state],
                verb=move.name,
            )
        ]

    def target(self, verb: str) -> str:
        return self.moves[verb].target

    def verbs_from(self, state: str) -> list[str]:
        return [verb for verb, move in self.moves.items() if state in move.sources]

    def diagram(self, language: str = "zh") -> str:
        """Draw the table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.first}"]
        lines += [f"    {state}: {name.in_(language)}" for state, name in self.states.items()]
        lines += [
            f"    {source} --> {move.target}: {move.name.in_(language)}"
            for move in self.moves.values()
            for source in move.sources
        ]
        return "\n".join(lines)
