"""What is done with challenges, under one name: ``challenges.draft``, ``challenges.post``, ``challenges.answer`` ..."""

from lianban.apps.challenges.services.answering import (
    answer,
    ask,
    check_answer,
    finish_check,
    give_feedback,
    open_answers,
    reply,
    withdraw,
)
from lianban.apps.challenges.services.choosing import (
    answer_objection,
    choose,
    choose_again,
    collective,
    end_publicity,
    fall_through,
    object_,
    race,
    void,
)
from lianban.apps.challenges.services.contracting import draft_papers, pay, record_papers, sign
from lianban.apps.challenges.services.fairness import clear, decide_condition, give_basis
from lianban.apps.challenges.services.proposing import (
    PASSED_ON,
    WRITTEN,
    adjust,
    decide_posting,
    default_deadline,
    digest_of,
    draft,
    draft_from_weak_point,
    drop,
    invite,
    move_deadline,
    pass_on,
    post,
    send_back,
    submit,
    write,
)
from lianban.apps.challenges.services.racing import (
    accept,
    archive,
    confirm_finding,
    end,
    finish_run,
    leave,
    propose_finding,
    win,
)
from lianban.apps.challenges.services.returning import put_back, return_rest
from lianban.apps.challenges.services.reviewing import convene, finish_review, lay_open, opine, seat

__all__ = [
    "PASSED_ON", "WRITTEN", "accept", "adjust", "answer", "answer_objection", "archive", "ask", "check_answer", "choose",
    "choose_again", "clear", "collective", "confirm_finding", "convene", "decide_condition", "decide_posting", "default_deadline", "digest_of", "draft",
    "draft_from_weak_point", "draft_papers", "drop", "end", "end_publicity", "fall_through", "finish_check", "finish_review",
    "finish_run", "give_basis", "give_feedback", "invite", "lay_open", "leave", "move_deadline", "object_",
    "open_answers", "opine", "pass_on", "pay", "post", "propose_finding", "put_back", "race", "record_papers", "reply",
    "return_rest", "seat", "send_back", "sign", "submit", "void", "win", "withdraw", "write",
]  # fmt: skip
