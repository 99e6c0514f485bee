"""What waits for whom, and what is told of a product."""

from datetime import date

import pytest

from lianban.apps.consortia import queries, services

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def keys(cast, name):
    return [one.key.split(":")[0] + ":" + one.key.rsplit(":", 1)[1] for one in queries.waiting(cast(name), TODAY)]


def test_everyone_finds_what_they_are_asked_for_and_nobody_else_does(story, org, told, cast):
    c = story.proposed()
    services.invite(consortium_id=c.pk, organisation=org("media"), role="builder", **told("leader"))
    assert keys(cast, "media") == ["consortia.member:answer"]
    assert keys(cast, "bags") == keys(cast, "officer") == keys(cast, "visitor") == []


def test_filings_wait_for_the_bureau_and_votes_for_those_who_have_not_voted(story, told, cast):
    c = story.signed()
    filing = services.submit(consortium_id=c.pk, **told("leader"))
    (waiting,) = queries.waiting(cast("science_bureau"), TODAY)
    assert waiting.due_on == filing.due_on and waiting.url.endswith(f"/do/answer-filing/{filing.pk}/")
    assert keys(cast, "supervisor") == []
    services.answer_filing(filing_id=filing.pk, accept=True, number="1", **told("science_bureau"))
    motion = services.put_motion(
        meeting_id=story.meeting().pk, kind="expulsion", title="除名", member=story.member("gear"), **told("leader")
    )
    services.vote(motion_id=motion.pk, choice="for", **told("media"))
    assert keys(cast, "bags") == ["consortia.motion:vote"]
    assert keys(cast, "media") == keys(cast, "gear") == keys(cast, "stranger") == []
    assert keys(cast, "leader") == ["consortia.motion:vote", "consortia.contribution:report"]


def test_the_story_of_a_product_tells_its_topics_to_those_who_may_know(story, chain, cast):
    story.operating()
    topic = story.topic()
    assert [event.note for event in queries.story(cast("bags"), chain, "bag")] == ["一次性袋"]
    assert queries.story(cast("stranger"), chain, "bag") == []  # proposed: still inside
    story.carried("topic", topic=topic)
    assert [str(event.what.en) for event in queries.story(cast("stranger"), chain, "bag")] == [
        "a consortium proposed a topic",
        "the council passed the topic",
    ]
    assert queries.story(cast("visitor"), chain, "bag") == queries.story(cast("bags"), chain, "other") == []
