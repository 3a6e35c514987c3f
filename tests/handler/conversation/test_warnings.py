"""Sentences that a handler might write, harmful and harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.conversation.drift import StatusNotConsidered, check, due
from handler.conversation.warnings import Kind, warnings

TASKING = [
    "Could you find out when they next meet?",
    "Please keep an eye on him.",
    "Can you get us a copy of the log?",
    "Ask him about the money.",
    "If you can, record what she says.",
    "See if you can get close to them.",
    "Take screenshots of the chat.",
    "Try to hear who he calls.",
    "Could you please\ncheck the system?",
    "Next time he asks, tell us.",
    "KEEP YOUR EYES OPEN",
]
IDENTITY = [
    "Who are you?",
    "Which shift were you on?",
    "What is your role?",
    "What’s your e-mail?",
    "Where do you work?",
    "Please call us.",
    "How long have you worked there?",
    "Were you there when it happened?",
    "Come in and talk to us.",
    "Which team do you mean?",
]
HARMLESS = [
    "Thank you. We have read your report.",
    "Do you already know of anyone else who saw it?",
    "What do you remember of the words that were used?",
    "Roughly when did it happen? A month is enough.",
    "Please do not look into it yourself.",
    "If anyone is in danger, phone 999.",
    "We cannot tell you what happened to another person.",
    "You do not have to answer.",
]


@pytest.mark.parametrize("text", TASKING)
def test_tasking_is_pointed_to(text: str) -> None:
    assert Kind.TASKING in {one.kind for one in warnings(text)}


@pytest.mark.parametrize("text", IDENTITY)
def test_feeling_for_who_they_are_is_pointed_to(text: str) -> None:
    assert Kind.IDENTITY in {one.kind for one in warnings(text)}


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_care_is_left_alone(text: str) -> None:
    assert warnings(text) == []


def test_the_passage_is_shown_where_it_stands() -> None:
    text = "Hello.\nWho are you? Ask him."
    found = warnings(text)
    assert [(one.kind, one.text) for one in found] == [(Kind.IDENTITY, "Who are you"), (Kind.TASKING, "Ask him")]
    assert all(text[one.start : one.end] == one.text for one in found)


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    for one in warnings(text):
        assert text[one.start : one.end] == one.text


def test_status_is_considered_at_the_third_message_and_at_each_third_after() -> None:
    assert [due(count, 0) for count in range(5)] == [False, False, False, True, True]
    assert [due(count, 3) for count in range(3, 8)] == [False, False, False, True, True]
    check(2, 0)
    check(5, 3)
    with pytest.raises(StatusNotConsidered):
        check(3, 0)
