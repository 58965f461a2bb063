import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.base.cleaning import (
    Oddity,
    Unclean,
    clean_email,
    clean_ice,
    clean_national_id,
    clean_phone,
    clean_rib,
    clean_text,
    format_phone,
    mask_national_id,
    parse_day,
)
from programme.base.refusals import Refused


def test_clean_text_puts_spaces_marks_and_shapes_right() -> None:
    assert clean_text("  Le\u00a0club \u200f\t d'été\u202c\n", 50) == "Le club d'été"
    assert clean_text("e\u0301te", 10) == "éte"
    assert clean_text("ﺍﻷﻣﻞ", 10) == "الأمل"
    assert clean_text("الأمـل", 10) == "الأمـل"
    assert clean_text(None, 10) == ""
    assert clean_text(12.0, 10) == "12"


def test_clean_text_keeps_lines_when_asked() -> None:
    assert clean_text(" un \r\n  deux\n\n", 50, lines=True) == "un\ndeux"
    assert clean_text("un\ndeux", 50) == "un deux"


@pytest.mark.parametrize(
    "bad", ["a\x00b", "\x1b", "a\x7f", "a\x85b", "a\ud800", "\ufffe", "\ufdd0", "\U0001ffff"]
)
def test_control_characters_are_refused_everywhere(bad: str) -> None:
    for clean in (clean_national_id, clean_phone, clean_ice, clean_rib, clean_email, parse_day):
        with pytest.raises(Unclean):
            clean(bad)
    with pytest.raises(Refused) as refused:
        clean_text(bad, 100)
    assert refused.value.status == 400
    assert "contrôle" in refused.value.message


def test_too_long_is_refused_with_its_limit() -> None:
    assert clean_text("x" * 10 + "  ", 10) == "x" * 10
    with pytest.raises(Unclean, match="10 caractères"):
        clean_text("x" * 11, 10)


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    try:
        once = clean_text(text, 2000, lines=True)
    except Unclean:
        return
    assert clean_text(once, 2000, lines=True) == once


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("AB123456", "AB123456"),
        (" ab 123.456 ", "AB123456"),
        ("c-12345", "C12345"),
        ("\u200fCD\u00a0٩٨٧٦٥٤\u200e", "CD987654"),
        ("ＡＢ１２３４５６", "AB123456"),
        ("АВ123456", "AB123456"),  # Cyrillic letters
        ("Αb123456", "AB123456"),  # Greek letter
    ],
)
def test_national_id_is_put_right(raw: str, value: str) -> None:
    cleaned = clean_national_id(raw)
    assert (cleaned.value, cleaned.raw, cleaned.flag) == (value, raw, None)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("123456", "123456"),
        ("أب123456", "أب123456"),
        ("ABC1234567", "ABC1234567"),
        ("123456AB", "123456AB"),
        ("?", "?"),
    ],
)
def test_odd_national_id_is_kept_and_flagged(raw: str, value: str) -> None:
    cleaned = clean_national_id(raw)
    assert (cleaned.value, cleaned.raw, cleaned.flag) == (value, raw, Oddity.NATIONAL_ID)
    assert str(Oddity.NATIONAL_ID.label)


@pytest.mark.parametrize("clean", [clean_national_id, clean_phone, clean_ice, clean_rib, clean_email])
def test_nothing_typed_is_nothing(clean: object) -> None:
    for raw in (None, "", "  ", "\u00a0"):
        cleaned = clean(raw)  # type: ignore[operator]
        assert (cleaned.value, cleaned.raw, cleaned.flag) == (None, None, None)


def test_a_mark_alone_is_no_value() -> None:
    for clean in (clean_national_id, clean_ice, clean_rib, clean_email):
        cleaned = clean("\u200f")
        assert (cleaned.value, cleaned.raw, cleaned.flag) == (None, "\u200f", None)


@pytest.mark.parametrize(
    "raw",
    ["0612345678", "06 12 34 56 78", "06.12-34 56 78", "+212 612345678", "00212612345678", "+212(0)612345678",
     "٠٦١٢٣٤٥٦٧٨", "\u202a+212\u00a0612 345 678\u202c", 612345678, 612345678.0],
)  # fmt: skip
def test_phone_is_e164(raw: str | int) -> None:
    cleaned = clean_phone(raw)
    assert (cleaned.value, cleaned.flag) == ("+212612345678", None)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("06123", "06123"),
        ("abc", "abc"),
        ("06 12 34 56 78 99", "061234567899"),
        ("+1 2", "+12"),
        ("1" * 300, "1" * 300),
    ],
)
def test_odd_phone_is_kept_and_flagged(raw: str, value: str) -> None:
    cleaned = clean_phone(raw)
    assert (cleaned.value, cleaned.raw, cleaned.flag) == (value, raw, Oddity.PHONE)


def test_phones_for_reading() -> None:
    assert format_phone("+212612345678") == "06 12 34 56 78"
    assert format_phone("+33612345678") == "+33 6 12 34 56 78"
    assert format_phone("06123") == "06123"
    assert format_phone("+1") == "+1"
    assert format_phone("+2121") == "+2121"
    assert format_phone(None) == ""


def test_ice() -> None:
    assert clean_ice("001561191000066").flag is None
    assert clean_ice("00 15 61 19 10 000 66").value == "001561191000066"
    assert clean_ice(1561191000066).value == "001561191000066"
    assert clean_ice("٠٠١٥٦١١٩١٠٠٠٠٦٦").value == "001561191000066"
    assert clean_ice("001561191000067").flag is Oddity.ICE_CHECK
    short = clean_ice("12345")
    assert (short.value, short.flag) == ("12345", Oddity.ICE)


def test_rib() -> None:
    body = "0117800000123456789012"
    good = body + f"{97 - int(body) * 100 % 97:02d}"
    assert clean_rib(good).flag is None
    assert clean_rib(f"{good[:3]} {good[3:6]} {good[6:22]} {good[22:]}").value == good
    wrong = good[:-2] + f"{(int(good[-2:]) + 1) % 97:02d}"
    assert (clean_rib(wrong).value, clean_rib(wrong).flag) == (wrong, Oddity.RIB_CHECK)
    assert clean_rib("123").flag is Oddity.RIB


def test_email() -> None:
    assert clean_email(" \u200fContact@Example.MA\u00a0").value == "contact@example.ma"
    assert clean_email("contact@example.ma").flag is None
    odd = clean_email("contact chez example")
    assert (odd.value, odd.flag) == ("contact chez example", Oddity.EMAIL)


@pytest.mark.parametrize(
    "written",
    [
        "2023-09-08",
        "08/09/2023",
        " 08/09/2023\u200f",
        "٠٨/٠٩/٢٠٢٣",
        dt.date(2023, 9, 8),
        dt.datetime(2023, 9, 8, 14),
    ],
)
def test_day(written: str | dt.date) -> None:
    assert parse_day(written) == dt.date(2023, 9, 8)


def test_no_day() -> None:
    assert parse_day(None) is None
    assert parse_day("  ") is None


@pytest.mark.parametrize(
    "written",
    ["8/9/2023", "2023/09/08", "2023-9-8", "20230908", "08-09-2023", "31/02/2023", "2023-13-01", "०८/०९/२०२३",
     "08/09/23", "1899-12-31", "2101-01-01", "0000-01-01", "2023-09-08x", "45177", "08/09/2023 10:00"],
)  # fmt: skip
def test_other_spellings_of_a_day_are_refused(written: str) -> None:
    with pytest.raises(Unclean, match="JJ/MM/AAAA"):
        parse_day(written)


@given(st.text(max_size=20))
def test_any_text_is_kept_or_refused_never_a_crash(text: str) -> None:
    for clean in (clean_national_id, clean_phone, clean_ice, clean_rib, clean_email):
        try:
            cleaned = clean(text)
        except Unclean:
            continue
        assert cleaned.value != ""
        if cleaned.raw is not None:
            assert cleaned.raw == text
    try:
        parse_day(text)
    except Unclean:
        return


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("AB123456", "AB••••56"),
        ("C12345", "C••••45"),
        ("1234567", "••••67"),
        ("AB12", "••••"),
        ("", ""),
        (None, ""),
    ],
)
def test_mask(value: str | None, masked: str) -> None:
    assert mask_national_id(value) == masked
