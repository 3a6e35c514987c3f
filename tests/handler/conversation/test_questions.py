"""Ready words are kind, harmless by the console's own warnings, and there for every category."""

import pytest

from handler.conversation.questions import Ready, groups, words
from handler.conversation.warnings import warnings
from handler.vocabulary.load import vocabulary

EVERY = [one for group in groups() for one in group.entries]


@pytest.mark.parametrize("ready", EVERY, ids=lambda one: one.id)
def test_no_ready_words_set_a_task_or_feel_for_who_they_are(ready: Ready) -> None:
    assert warnings(ready.words) == []
    assert words(ready.id) == ready.words


@pytest.mark.parametrize("category", vocabulary("categories").ids)
def test_every_category_has_questions_of_its_own_right_after_the_texts(category: str) -> None:
    texts, first, *others = groups(category)
    assert texts.title == "Ready texts"
    assert vocabulary("categories").text(category) in first.title
    assert len(first.entries) >= 2
    assert len(others) == 11


def test_unknown_ready_words_are_none() -> None:
    assert words("drugs-99") == ""
