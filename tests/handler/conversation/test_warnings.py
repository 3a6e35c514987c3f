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
    "Please record your next meeting.",
    "Record any conversation that you have.",
    "Please keep watching.",
    "Please watch your manager.",
    "Note down what he says.",
    "Ask your colleague.",
    "Could you send us photos?",
    "Monitor his desk.",
    "Befriend Sam.",
    "Keep a diary.",
    "Talk to your colleagues about it.",
    "Please go and see whether it is still there.",
    "We do not mind if you ask him.",
    "Why don’t you record him?",
    "Do not be afraid: ask her.",
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
    "Are you in his team?",
    "Are you on the night shift?",
    "Were you on shift?",
    "Are you a manager?",
    "Can you tell us your grade?",
    "How do you know him?",
    "who r u",
    "Do not write your name, but tell us your shift.",
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
    "We have recorded your report, and we keep a record of what you told us.",
    "We will find out what happened, and we may ask him ourselves.",
    "Please do not try to find out more. You do not need to ask anyone, and never record him.",
    "Do not send us photos or copies of papers.",
    "You can send us photos that you already have.",
    "Are you safe? Are you in danger now? Were you at risk?",
    "Are you able to say roughly when it was?",
    "Are you the only one who knows of this?",
    "How do you know this: did you see it, or were you told?",
    "How long have you known about it?",
    "Do not tell us your name. You need not write your grade, and we will never ask who you are.",
    "Nobody will learn your name from us.",
    "You can talk to your union, or ask someone you trust for help.",
    "Can you get to a safe place, or get some help?",
    "Could you look at this page again in two weeks?",
    "It is not your job to prove anything.",
    "Next time you open this page there may be an answer.",
    "Was anything written down at the time, as far as you know?",
    "Do you know whether there is a record of it?",
    "What you tell us does not go to his managers.",
    "We follow the same rules for everyone and watch that nobody is punished for telling.",
    "Try to get some rest. Try to leave out names.",
    "You may leave out your team and your grade. Would it help to meet in person?",
    "Use a phone that is your own, where nobody can look over your shoulder.",
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
