"""Order, wrapping, shaping and copying of lines, without a document around them."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from programme.config import ROOT
from reports.typeset import bidi, fonts, marks, shape, text
from reports.typeset.fitting import Ask, _widths
from reports.typeset.sheet import Align, Sheet
from tests.reports.pdf_support import text_of

LINES = st.text("ابتةلآ abcXé0159 .,:/-+()%«»–؟،ً\u2066\u2069\u2067\u200f", max_size=40)
PIECES = st.lists(
    st.sampled_from(
        ["جمعية", "الأمل", "FOS", "2023-2027", "05 35 12", "(", ")", "،", "59,8 %", "12/2023", "-", "«"]
    ),
    max_size=9,
).map(" ".join)


def _oracle(line: str, rtl: bool) -> str:
    base = TextDirection.RTL if rtl else TextDirection.LTR
    ordered = BidiParagraph(text=line, base_direction=base).get_reordered_characters()
    return "".join(char.character for char in ordered if char.character not in bidi.CONTROLS)


def _seen(runs: tuple[bidi.Run, ...]) -> str:
    """Characters as they stand from left to right."""
    return "".join(piece[::-1] if rtl else piece for piece, rtl in runs)


@settings(deadline=None)
@given(LINES, st.booleans())
def test_a_line_is_ordered_as_annex_nine_says(line: str, rtl: bool) -> None:
    clean, levels = bidi.resolve(line, rtl)
    seen = _seen(bidi.visual_runs(clean, levels, rtl))
    assert sorted(seen) == sorted(bidi.strip(line))
    assert seen == _oracle(line, rtl)


@settings(deadline=None)
@given(PIECES, st.booleans())
def test_guarded_text_takes_the_short_way_to_the_same_order(line: str, rtl: bool) -> None:
    guarded = bidi.guard(line)
    clean, levels = bidi.resolve(guarded, rtl)
    assert bidi.strip(clean) == line
    assert _seen(bidi.visual_runs(clean, levels, rtl)) == _oracle(guarded, rtl)


@settings(deadline=None)
@given(PIECES, st.booleans(), st.integers(1500, 20_000))
def test_wrapping_loses_and_moves_nothing(line: str, rtl: bool, room: int) -> None:
    lines = text.wrap(line, fonts.REGULAR, room, rtl)
    kept = "".join(sorted("".join(piece for each in lines for piece, _ in each.runs)))
    blanks = " \u00a0"
    assert kept.translate(dict.fromkeys(map(ord, blanks))) == "".join(sorted(line.translate({32: None})))
    narrowest = max((shape.shape(fonts.REGULAR, char, False)[1] for char in line), default=0)
    if room > 3 * narrowest:
        assert all(each.width <= room for each in lines)


@pytest.mark.parametrize(
    "inside",
    [
        "0535-12 34 56",
        "+212 6 11 22 33 44",
        "2023-2027",
        "12/2023",
        "FM-2026-000123",
        "Fès-Meknès",
        "drsc@mcrp.gov.ma",
    ],
)
def test_codes_and_names_inside_arabic_keep_their_order(inside: str) -> None:
    line = text.single(f"الاتصال: {inside} بفاس", fonts.REGULAR, True)
    assert inside in _seen(line.runs).replace("\u00a0", " ")


def test_a_number_after_an_arabic_name_is_not_turned_on_a_french_line() -> None:
    line = text.single("Association الأمل 06 11 22 33 44", fonts.REGULAR, False)
    assert _seen(line.runs).replace("\u00a0", " ").endswith("06 11 22 33 44")


def test_the_year_and_the_hour_of_an_arabic_date_keep_their_order() -> None:
    for said in ("حرر في 22 نونبر 2026 05:25", "حرر في 22 نونبر 2026، 05:25"):
        seen = _seen(text.single(said, fonts.REGULAR, True).runs)
        assert seen.index("05:25") < seen.index("2026") < seen.index("22 ")


def test_text_with_its_own_isolates_is_left_as_it_came() -> None:
    own = "الأمل \u2066A-1\u2069 12-13"
    assert bidi.guard(own) == own


def test_lam_alef_is_one_glyph_that_gives_back_both_letters() -> None:
    glyphs, _ = shape.shape(fonts.REGULAR, "لا", True)
    assert [glyph.source for glyph in glyphs] == ["ال"]


def test_no_gap_is_left_between_kerned_letters() -> None:
    for word in ("التنزيل", "تاريخ", "تجريبية", "الموارد"):
        assert all(glyph.dx == 0 for glyph in shape.shape(fonts.REGULAR, word, True)[0])


def test_words_shaped_apart_are_as_wide_as_the_run() -> None:
    run, total = shape.shape(fonts.BOLD, "جمعية الأمل للتنمية", True)
    assert total == sum(glyph.advance for glyph in run)
    assert "".join(glyph.source for glyph in run)[::-1] == "جمعية الأمل للتنمية"


def test_figures_have_one_width() -> None:
    assert len({shape.shape(fonts.REGULAR, digit, False)[1] for digit in "0123456789"}) == 1


def test_arabic_turns_the_page_in_one_place() -> None:
    french, arabic = Sheet(rtl=False, landscape=False), Sheet(rtl=True, landscape=False)
    for offset, width in ((0, 10), (100, 50)):
        assert french.left(offset, width) + width == pytest.approx(arabic.width - arabic.left(offset, width))


def _printed(sheet: Sheet) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(sheet.width, sheet.height))
    sheet.pour(canvas, lambda *_: None)
    sheet.scribe.book.embed(canvas._doc)
    canvas.save()
    return target.getvalue()


def test_a_full_font_is_followed_by_another_and_the_text_stays_whole(tmp_path: Path) -> None:
    sheet = Sheet(rtl=True, landscape=False, scribe=shape.Scribe(True, fonts.FontBook(limit=100)))
    said = [
        "جمعية الأمل للتنمية المستدامة",
        "نادي الرياضة بمولاي يعقوب",
        "فضاء الشباب والطفولة",
        "Fès-Meknès 2026",
    ]
    for at, line in enumerate(said):
        sheet.label(line, 0, 700 - 30 * at, 400, sheet.styles.body)
    assert len(sheet.scribe.book.resources) > 1
    assert text_of(_printed(sheet), tmp_path).splitlines() == said


def test_vowel_signs_rise_and_are_given_back(tmp_path: Path) -> None:
    sheet = Sheet(rtl=True, landscape=False)
    sheet.label("جَمْعِيَّة", 0, 700, 400, sheet.styles.title, Align.START)
    assert " Ts " in sheet.page.operators[0]
    letters = "".join(text_of(_printed(sheet), tmp_path).split())
    assert sorted(letters) == sorted("جَمْعِيَّة")


def test_a_column_gets_its_need_before_anyone_gets_more() -> None:
    widths = _widths(200, [1, 5, 1], [Ask(80, 80), Ask(40, 100), Ask(20, 20)])
    assert widths == pytest.approx([80, 100, 20])
    squeezed = _widths(100, [1, 1], [Ask(40, 90), Ask(50, 53)])
    assert squeezed == pytest.approx([47, 53])
    assert _widths(60, [1, 1], [Ask(40, 90), Ask(50, 60)]) == pytest.approx([60 * 40 / 90, 60 * 50 / 90])


def test_no_column_is_wider_than_its_words_while_another_breaks_its_own() -> None:
    short, long = Ask(20, 20, 15, 22, 24, 30), Ask(40, 80, 300, 260, 310, 310)
    widths = _widths(300, [5, 1], [short, long])
    assert widths[0] == pytest.approx(24)
    assert sum(widths) == pytest.approx(300)


def test_a_small_table_is_not_drawn_out_over_the_page() -> None:
    assert sum(_widths(700, [1, 1], [Ask(40, 60, 40, 60, 60, 60), Ask(20, 20)])) < 150


def test_the_target_mark_stays_on_the_bar_when_actual_is_past_it() -> None:
    assert marks.scale(642, 600) == 642
    assert marks.scale(214, 360) == 360
    assert marks.scale(5, None) == 5


def test_levels_come_without_the_rest_of_fpdf() -> None:
    """A web worker that has drawn an Arabic PDF must not keep a second PDF library in memory."""
    told = (
        "import sys; from reports.typeset.bidi import resolve; resolve('أ (b) 1', False); "
        "loaded = set(sys.modules); assert 'fpdf.bidi' in loaded; assert 'fpdf.fpdf' not in loaded; "
        "from fpdf import FPDF; FPDF()"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", told], check=True, cwd=ROOT)
