import pytest

from lianban.kit.refusals import Refused, refuse, refuse_if_any
from lianban.kit.text import Text, say


def test_nothing_to_refuse_passes_and_several_reasons_are_all_told():
    refuse_if_any([])

    with pytest.raises(Refused) as told:
        refuse_if_any([refuse("a.b", "甲{n}", "a {n}", n=1), refuse("a.c", "乙", "c")])

    assert [r.code for r in told.value.refusals] == ["a.b", "a.c"]
    assert told.value.refusals[0].message == Text("甲1", "a 1")
    assert told.value.status == 409


def test_only_a_lack_of_permission_is_forbidden():
    lacking = refuse("parties.not_permitted", "不", "no")

    assert Refused([lacking]).status == 403
    assert Refused([lacking, refuse("x.y", "不", "no")]).status == 409


@pytest.mark.parametrize(
    ("value", "language", "said"),
    [
        (Text("链", "chain"), "zh-hans", "链"),
        (Text("链", "chain"), "en", "chain"),
        ({"zh": "链", "en": ""}, "en", "链"),
        ({"zh": "链", "en": "chain"}, "en-gb", "chain"),
        (None, "zh", ""),
        (3, "zh", "3"),
    ],
)
def test_a_sentence_is_said_in_the_readers_language(value, language, said):
    assert say(value, language) == said
