import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.base.folding import (
    Likeness,
    closest,
    compare_key,
    compare_names,
    fold,
    lengths,
    match_key,
    person_key,
    search_terms,
    words,
)

names = st.text(alphabet=st.sampled_from("اأإآبةهيىئؤءلوجمع َّـٱڭگ٣aéÀŒç -.’«»1"), max_size=40) | st.text(
    max_size=30
)


PEOPLE = ["محمد", "فاطمة", "العلوي", "الإدريسي", "Karim", "Zahra"]
NAMES = [
    "الأمل",
    "النسيم",
    "الوفاء",
    "النور",
    "التضامن",
    "الهلال",
    "المستقبل",
    "للتنمية",
    "القروية",
    "والثقافة",
]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Été", "ete"),
        ("L’Œuvre  d'Été - n° 3", "l oeuvre d ete n 3"),
        ("الأَمَل", "الامل"),
        ("الأمـــل", "الامل"),
        ("\u200fالأمل\u200e", "الامل"),
        ("إفران آسفي ٱلنور", "افران اسفي النور"),
        ("مؤسسة بيئة وفاء هدى", "موسسه بييه وفا هدي"),
        ("ڭلميم گلميم ݣلميم", "كلميم كلميم كلميم"),
        ("کتاب فارسی", "كتاب فارسي"),
        ("رقم ٣ و۵", "رقم 3 و5"),
        ("ﺍﻷﻣﻞ", "الامل"),
        ("«النور»، (فرع)_فاس", "النور فرع فاس"),
        ("ACTION\u00a0Santé", "action sante"),
        ("", ""),
        (" \u200b ", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(names)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert once == " ".join(once.split())
    assert not any(unicodedata.category(char) in {"Mn", "Cf", "Cc"} for char in once if char < "\U00010000")


@given(names)
def test_folding_does_not_depend_on_the_normal_form(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(names)
def test_words_hold_every_telling_word_and_no_space(text: str) -> None:
    found = words(text)
    assert all(word and " " not in word for word in found)
    for term in search_terms(text):
        assert term & found


def finds(typed: str, name: str) -> bool:
    held = words(name)
    return all(any(word.startswith(form) for form in term for word in held) for term in search_terms(typed))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("الامل", "جمعية الأمل"),
        ("امل", "جمعية الأمل"),
        ("الأمل", "جمعية أمل"),
        ("ete", "Association Été"),
        ("جمعية بيئة", "جمعية التنمية و البيئة"),
        ("تنمية", "جمعية الأمل للتنمية"),
        ("التنمي", "جمعية الأمل للتنمية"),
        ("والدي", "جمعية الوالدين"),
        ("مكناس", "نساء بمكناس"),
        ("associat solid", "Association Solidarité"),
        ("علي", "جمعية سيدي علي"),
    ],
)
def test_typed_words_find_the_name(typed: str, name: str) -> None:
    assert finds(typed, name)


def test_other_words_do_not_find_it() -> None:
    assert not finds("نور", "جمعية الأمل")
    assert not finds("امل نور", "جمعية الأمل")


def test_form_words_alone_filter_nothing() -> None:
    assert search_terms("جمعية") == []
    assert words("جمعية") == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("جمعية الأمل للتنمية", "الامل للتنميه"),
        ("جمعية التنمية والبيئة", "جمعية التنمية و بيئة"),
        ("Association Été Vert", "ete vert"),
        ("جمعية عبد الله", "جمعية عبدالله"),
        ("جمعية دار البيضاء", "جمعية داربيضاء"),
    ],
)
def test_match_key_of_duplicates(one: str, other: str) -> None:
    assert match_key(one) == match_key(other) != ""


def test_match_key_keeps_what_differs() -> None:
    assert match_key("جمعية الوفاء 1") != match_key("جمعية الوفاء 2")
    assert match_key("جمعية") == "جمعيه"
    assert match_key("") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("محمد بن علي العلوي", "العلوي محمد بنعلي"),
        ("Mohamed Ben Ali", "BENALI Mohamed"),
        ("Fatima El Idrissi", "Idrissi Fatima"),
        ("السيدة فاطمة الإدريسي", "إدريسي فاطمة"),
        ("عبد العزيز التازي", "التازي عبدالعزيز"),
        ("Abd El Aziz Tazi", "TAZI Abdelaziz"),
        ("عبد الله ناصر", "ناصر عبدالله"),
        ("Abdellah Nasser", "Nasser Abd Allah"),
    ],
)
def test_person_key_is_one_key(one: str, other: str) -> None:
    assert person_key(one) == person_key(other) != ""


def test_person_key_tells_people_apart() -> None:
    assert person_key("محمد العلوي") != person_key("أحمد العلوي")
    assert person_key("") == ""


@given(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4))
def test_person_key_ignores_the_order(parts: list[str]) -> None:
    assert person_key(" ".join(parts)) == person_key(" ".join(reversed(parts)))


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("جمعية الأمل", "نادي الامل", Likeness.PROBABLE),
        ("جمعية الأمل للتنمية والبيئة", "جمعية البيئة والتنمية أمل", Likeness.PROBABLE),
        ("جمعية النور للتنمية ANND", "جمعية النور للتنمية", Likeness.PROBABLE),
        ("Association Été Solidaire", "ASSOC. ETE SOLIDAIRE", Likeness.PROBABLE),
        ("جمعية الوفاء 1", "جمعية الوفاء ٢", Likeness.DISTINCT),
        ("جمعية الوفاء ٢", "جمعية الوفاء 2", Likeness.PROBABLE),
        ("جمعية آفاق للتنمية القروية بفاس", "جمعية آفاق للتنمية القروية بمكناس", Likeness.DISTINCT),
        ("جمعية الهلال", "جمعية الهلالي", Likeness.REVIEW),
        ("جمعية الهلال للتنمية القروية والبيئة", "جمعية الهلالي للتنمية القروية والبيئة", Likeness.REVIEW),
        ("جمعية المستقبل للتنمية القروية", "جمعية المستقبل للتنمية القروية 2", Likeness.REVIEW),
        ("جمعية الأمل", "جمعية النور", Likeness.DISTINCT),
        ("جمعية الأمل", "Association Al Amal", Likeness.DISTINCT),
        ("", "جمعية الأمل", Likeness.DISTINCT),
    ],
)
def test_compare_names(one: str, other: str, likeness: Likeness) -> None:
    assert compare_names(one, other).likeness is likeness
    assert compare_names(other, one).likeness is likeness


@given(names)
def test_a_name_is_probably_itself(name: str) -> None:
    assert not compare_key(name) or compare_names(name, name).likeness is Likeness.PROBABLE


def many_names() -> list[str]:
    chosen = random.Random(1)
    return ["جمعية " + " ".join(chosen.sample(NAMES, chosen.randint(2, 4))) for _ in range(7200)]


def test_one_name_among_7200_finds_its_equals_first() -> None:
    keys = [compare_key(name) for name in many_names()]
    for position in (3, 77, 4100):
        best, verdict = closest(keys[position], keys)[0]
        assert verdict.likeness is Likeness.PROBABLE
        assert keys[best] == keys[position]


@given(names, names)
def test_what_resembles_is_about_as_long(one: str, other: str) -> None:
    mine, others = compare_key(one), compare_key(other)
    if closest(mine, [others]):
        least, most = lengths(mine)
        assert least <= len(others) <= most


def test_names_of_quite_other_lengths_are_left_out() -> None:
    least, most = lengths(compare_key("جمعية الأمل"))
    assert not least <= len(compare_key("جمعية الأمل للتنمية القروية والثقافة")) <= most


def test_closest_of_nothing_is_nothing() -> None:
    assert closest("", ["امل"]) == []
    assert closest(compare_key("جمعية الأمل"), []) == []
    assert closest(compare_key("جمعية الوفاء 1"), [compare_key("جمعية الوفاء 2")]) == []
