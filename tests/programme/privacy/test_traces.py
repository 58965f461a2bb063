"""By what a person is recognised in a text, and the text without it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.privacy.sieve import sieve
from programme.privacy.traces import Traces

HER = Traces.of(
    ["فاطمة الزهراء بناني", "Fatima-Zahra BENNANI"], ["BE123456"], ["+212661234567"], ["f.bennani@exemple.ma"]
)
TOLD = (
    "Fatima Zahra Bennani",
    "bennani FATIMA-ZAHRA",
    "Mme Bennani, Fatima (dite Zahra)",
    "FatimaZahraBennani",
    "فاطمة الزهراء بناني",
    "بنّاني فاطِمة الزهرآء",
    "وحضرت فاطمة الزهراء بناني",
    "سُلمت لفاطمة الزهراء بناني",
    "CIN BE 123 456",
    "be-123456",
    "BE١٢٣٤٥٦",
    "tél. 06 61 23 45 67",
    "0661.23.45.67",
    "00212 661-234567",
    "٠٦٦١٢٣٤٥٦٧",
    "écrire à F.Bennani@Exemple.MA svp",
    json.dumps({"note": "فاطمة الزهراء بناني"}),
    '{"name": "Fatima Zahra Bennani", "count": 3, "more": ["0661234567"]}',
)
NOT_TOLD = (
    "",
    "Fatima Bennani",
    "فاطمة بناني",
    "BE123457",
    "0661234568",
    "bennani@exemple.ma",
    "Zahra et Fatima sont venues",
    '{"count": 661, "other": 234567}',
)


@pytest.mark.parametrize("text", TOLD)
def test_whoever_writes_it_however_it_is_found_and_taken_out(text: str) -> None:
    assert HER.are_in(text)
    masked = HER.masked(text)
    assert not HER.are_in(masked)
    assert "•••" in masked


@pytest.mark.parametrize("text", NOT_TOLD)
def test_what_tells_of_somebody_else_is_left(text: str) -> None:
    assert not HER.are_in(text)
    assert HER.masked(text) == text


def test_the_rest_of_a_text_stays() -> None:
    assert (
        HER.masked("Remis à Mme Bennani Fatima Zahra le 3 mai, salle 12")
        == "Remis à Mme ••• le 3 mai, salle 12"
    )
    assert HER.masked('{"b": 1, "a": "0661234567"}') == '{"a": "•••", "b": 1}'


def test_a_name_alone_may_be_anothers() -> None:
    assert HER.only_named_in("Fatima Zahra Bennani")
    assert not HER.only_named_in("Fatima Zahra Bennani 0661234567")
    assert not HER.only_named_in("BE123456")
    assert not HER.only_named_in("nobody")


def test_somebody_without_any_data_is_nowhere() -> None:
    nobody = Traces.of([None, ""], [None], ["12"], ["x"])
    assert not nobody.are_in("12 x anything")


@pytest.mark.parametrize("text", TOLD)
def test_the_first_look_lets_pass_what_is_found(text: str) -> None:
    may_tell = sieve(HER)
    assert may_tell(text)
    assert may_tell(f"{'autre chose ' * 40}\n{text}\n{'شيء آخر ' * 40}")


PIECES = [
    "فاطمة",
    "بناني",
    "الزهراء",
    "أإآئءىؤـًّ",
    "œŒæéÈçÇ",
    "fatima",
    "zahra",
    "BENNANI",
    "0661234567",
    "٠٦٦١٢٣٤٥٦٧",
    "-./",
]
LETTERS = "اأإآٱىئيؤوءةهـكگڤ\u064b\u0651 abcéèœ0٠6۶.-"


@given(st.lists(st.sampled_from(PIECES)), st.text(alphabet=LETTERS, max_size=12))
def test_the_first_look_never_knows_better(words: list[str], more: str) -> None:
    told = Traces.of(["فاطمة بناني", "Bœuf Fatima", more], ["BE123456"], ["0661234567"])
    text = " ".join([*words, more])
    assert not told.are_in(text) or sieve(told)(text)


def test_the_first_look_leaves_the_others_out() -> None:
    may_tell = sieve(HER)
    assert not any(
        may_tell(text) for text in ("جمعية الأمل للتنمية", "Association Al Amal n° 12", "0522334455", "")
    )
