"""The family of errors.

LianbanError
├── EngineError            this input cannot be computed
│   ├── InvalidNetwork     a row of the network breaks a rule (the message names it)
│   ├── InvalidShock       wrong shape, or a share outside [0, 1]
│   ├── NotConverged       the iteration cap was reached (the message says how far it came)
│   └── Cancelled          the caller's cancel() said so (the message says how far it came)
└── chain.DataError        a package cannot be read or fails a strict check
"""


class LianbanError(Exception):
    """Anything lianban refuses to compute or read."""


class EngineError(LianbanError):
    """This input cannot be computed."""


class InvalidNetwork(EngineError):
    """A row of the network breaks a rule; the message names the row."""


class InvalidShock(EngineError):
    """A shock of wrong shape, or a share outside [0, 1]."""


class NotConverged(EngineError):
    """The iteration cap was reached before the stop rule was met."""


class Cancelled(EngineError):
    """The caller asked to stop; nothing of the run is given back."""
