"""Quotation marks are paired in every style, and an odd one never costs more than its paragraph."""

from __future__ import annotations

import pytest

from pipeline.stages.quotes.marks import find_quotations


def quoted(text: str) -> list[str]:
    return [text[q.inner_start : q.inner_end] for q in find_quotations(text)]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("“Yes,” she said. “No.”", ["Yes,", "No."]),
        ('"Yes," she said. "No."', ["Yes,", "No."]),
        ("''Yes,'' she said.", ["Yes,"]),
        ("``Yes,'' she said.", ["Yes,"]),
        ("«Oui», dit-elle.", ["Oui"]),
        ("„Ja“, said the clerk.", ["Ja"]),
        ("„Ja”, said the clerk.", ["Ja"]),
        ("‘Yes,’ she said.", ["Yes,"]),
        ("'Yes,' she said.", ["Yes,"]),
        ("Britain’s ‘fair offer’ is off", ["fair offer"]),
    ],
)
def test_each_style_of_marks_is_paired(text: str, inside: list[str]) -> None:
    assert quoted(text) == inside


def test_marks_inside_marks_belong_to_the_outer_quotation() -> None:
    assert quoted("“He called it ‘fair’ twice,” she said.") == ["He called it ‘fair’ twice,"]
    assert quoted('"He wrote “no” on it," she said.') == ["He wrote “no” on it,"]


def test_a_closing_mark_before_a_word_opens() -> None:
    assert quoted("”Yes,” she said.") == ["Yes,"]


def test_apostrophes_inches_and_decades_are_no_marks() -> None:
    assert quoted("The ministers' plan isn't new; it's from the '90s.") == []
    assert quoted('The pipe is 12" wide and the farmers’ own.') == []


def test_a_plural_genitive_does_not_close_single_marks() -> None:
    assert quoted("‘The farmers’ plan is dead,’ he said.") == ["The farmers’ plan is dead,"]


def test_each_paragraph_of_a_long_speech_opens_anew() -> None:
    assert quoted("“One.\n\n“Two.”\n\nThree.") == ["One.", "Two."]


def test_an_odd_mark_costs_its_paragraph_at_most() -> None:
    assert quoted('He said "yes and left.\n\n"No," she said.') == ["yes and left.", "No,"]


def test_marks_without_words_between_them_are_no_quotation() -> None:
    assert quoted('He wrote "" and "…" on it.') == []
