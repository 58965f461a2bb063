"""The smallest pieces of pages: isolated, escaped, in both languages."""

from __future__ import annotations

from flask import Flask

from cohorts.people.models import Sex
from programme import pieces
from programme.base.language import Bilingual, speaking

HOSTILE = '<b onmouseover="x">'


def test_a_name_says_its_language_and_is_isolated(house: Flask) -> None:
    value = Bilingual("جمعية الأمل", "Association Amal")
    assert pieces.name(value) == '<bdi lang="fr" dir="ltr">Association Amal</bdi>'
    with speaking("ar"):
        assert pieces.name(value, "/a?b=1&c=2") == (
            '<a href="/a?b=1&amp;c=2"><bdi lang="ar" dir="rtl">جمعية الأمل</bdi></a>'
        )
        assert pieces.other(value) == '<bdi class="name-other" lang="fr" dir="ltr">Association Amal</bdi>'


def test_where_one_language_is_missing_the_other_is_said_and_nothing_beside_it(house: Flask) -> None:
    value = Bilingual("جمعية الأمل", None)
    assert pieces.both(value) == (
        '<span class="name-both"><bdi lang="ar" dir="rtl">جمعية الأمل</bdi> </span>'
    )
    assert pieces.other(Bilingual("Amal", "Amal")) == ""
    assert pieces.name("سلمى") == "<bdi>سلمى</bdi>"


def test_pieces_agree_with_what_the_datum_says_of_itself(house: Flask) -> None:
    values = [Bilingual(ar, fr) for ar in ("أمل", "Amal", "", None) for fr in ("Espoir", "Amal", "", None)]
    for which in ("fr", "ar"):
        with speaking(which):
            for value in values:
                assert f'lang="{value.lang}"' in pieces.name(value), value
                assert f">{value}<" in pieces.name(value), value
                assert (f">{value.other}<" in pieces.other(value)) == bool(value.other), value


def test_what_is_hostile_is_shown_not_obeyed(house: Flask) -> None:
    made = (
        *(kind(HOSTILE) for kind in (pieces.name, pieces.both, pieces.code, pieces.phone)),
        pieces.initials(HOSTILE, Sex.F),
        pieces.letters("<a <b"),
        pieces.name("x", '"><script>'),
        pieces.both(Bilingual(HOSTILE, HOSTILE + "2")),
    )
    for text in made:
        assert HOSTILE not in text
        assert "<script>" not in text
    assert "&lt;" in made[0]


def test_nothing_is_shown_of_nothing(house: Flask) -> None:
    assert (pieces.code(None), pieces.phone(""), pieces.sex_mark(None)) == ("", "", "")


def test_letters_pass_over_the_article_and_do_not_join(house: Flask) -> None:
    assert pieces.letters("فاطمة الزهراء") == "ف&#8204;ز"
    assert pieces.letters("سلمى") == "س"
    assert pieces.letters("") == ""
    assert "femme" in pieces.initials("سلمى", Sex.F)
    with speaking("ar"):
        assert "femme" not in pieces.sex_mark(Sex.F)
