"""Whole documents as PDF: what a reader in each language can read, search and copy."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
from collections import namedtuple
from pathlib import Path
from typing import Any

import flask
import pytest
from PIL import Image

from reports.definition import Column, Document, Figure, Kind, Section, Series
from reports.pdf import render_pdf
from tests.reports.pdf_support import flowing, make_app, reader, text_of

State = namedtuple("State", "label tone")
PHONE = "+212 5 35 10 22 33"
LONG_AR = (
    "تحتسب الساعات حسب نصف اليوم الموقع عليه ويعادل نصف اليوم 3,5 ساعات، ويحتسب تعويض ممثل الجمعية لفائدة "
    "الجمعية دون الشخص المعوض، وذلك طبقا للمادة 7 من اتفاقية الشراكة رقم 12/2023 الموقعة بالرباط في إطار "
    "التنزيل الجهوي للبرنامج الوطني لتقوية القدرات"
)
LONG_FR = (
    "Les heures sont comptées par demi-journée émargée et une demi-journée vaut trois heures et demie. Les "
    "remplacements comptent pour l’association mais pas pour la personne remplacée, selon l’article 7 de la "
    "convention 12/2023 signée à Rabat dans le cadre de la déclinaison régionale."
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> flask.Flask:
    return make_app(tmp_path_factory.mktemp("translations"))


def _columns(ar: bool) -> tuple[Column, ...]:
    labels = (
        ("الرمز", "الجمعية", "الهاتف", "تاريخ التوصل", "المستفيدون", "الحالة")
        if ar
        else ("Code", "Association", "Téléphone", "Reçue le", "Bénéficiaires", "État")
    )
    kinds = (Kind.CODE, Kind.NAME, Kind.PHONE, Kind.DATE, Kind.INTEGER, Kind.STATE)
    return tuple(
        Column(kind.value, label, kind, 3 if kind is Kind.NAME else 1, total=kind is Kind.INTEGER)
        for kind, label in zip(kinds, labels, strict=True)
    )


def _rows(ar: bool, count: int) -> Any:
    name = "جمعية الأمل للتنمية" if ar else "Association Al Amal"
    state = State("متأخرة", "red") if ar else State("En retard", "red")
    for at in range(count):
        yield (f"FM-{at:04d}", name, PHONE, dt.date(2026, 11, 20), 3, state)


def _document(ar: bool, count: int = 2, **changes: Any) -> Document:
    document = Document(
        name="essai",
        title="وضعية التنزيل الجهوي" if ar else "Situation de la déclinaison régionale",
        reference="FM-2026-000123",
        as_at=dt.date(2026, 11, 20),
        made_at=dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC),
        sections=(
            Section("لائحة الجمعيات" if ar else "Liste des associations", _columns(ar), _rows(ar, count)),
        ),
    )
    return dataclasses.replace(document, **changes)


def _text(app: flask.Flask, document: Document, lang: str, folder: Path, **kwargs: Any) -> str:
    with reader(app, lang):
        return text_of(render_pdf(document), folder, **kwargs)


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_letterhead_is_in_both_languages(app: flask.Flask, tmp_path: Path, lang: str) -> None:
    text = _text(app, _document(lang == "ar"), lang, tmp_path)
    for line in ("Royaume du Maroc", "المملكة المغربية", "الوزارة المنتدبة المكلفة بالعلاقات مع البرلمان"):
        assert line in text


def test_an_arabic_document_reads_in_logical_order(app: flask.Flask, tmp_path: Path) -> None:
    text = _text(app, _document(True), "ar", tmp_path)
    for said in (
        "وضعية التنزيل الجهوي",
        "جمعية الأمل للتنمية",
        "تاريخ التوصل",
        "متأخرة",
        "20/11/2026",
        PHONE,
    ):
        assert said in text
    assert "FM-0001" in text
    assert "حرر في 21 نونبر 2026" in text


def test_a_french_document_reads_too(app: flask.Flask, tmp_path: Path) -> None:
    text = _text(app, _document(False), "fr", tmp_path)
    for said in (
        "Situation de la déclinaison régionale",
        "Association Al Amal",
        PHONE,
        "En retard",
        "Page 1 sur 1",
    ):
        assert said in text


@pytest.mark.parametrize(("lang", "note"), [("ar", LONG_AR), ("fr", LONG_FR)])
def test_a_wrapped_paragraph_comes_out_in_order(
    app: flask.Flask, tmp_path: Path, lang: str, note: str
) -> None:
    document = _document(lang == "ar", notes=(note,))
    text = _text(app, document, lang, tmp_path)
    assert note not in text
    assert note in flowing(text)


def test_words_with_vowels_are_copied_whole(app: flask.Flask, tmp_path: Path) -> None:
    said = "شُملت الجمعيات المكوَّنة والمستفيدون المكوَّنون"
    assert said in flowing(_text(app, dataclasses.replace(_document(False), title=said), "ar", tmp_path))


def test_mixed_lines_keep_both_scripts_whole(app: flask.Flask, tmp_path: Path) -> None:
    notes = ("شراكة مع Fondation OCP-Fès منذ سنة 2023-2027 بفاس", "للاتصال: 05 37 27 80 00 بالرباط")
    text = _text(app, _document(True, notes=notes), "ar", tmp_path)
    for said in notes:
        assert said in text
    french = _document(False, notes=("Réseau الأطلس للتنمية, Meknès : 06 11 22 33 44",))
    text = _text(app, french, "fr", tmp_path)
    for said in ("Réseau", "الأطلس للتنمية", "06 11 22 33 44"):
        assert said in text


@pytest.mark.parametrize(
    ("lang", "last", "head", "total"),
    [("ar", "الصفحة {0} من {0}", "الجمعية", "المجموع"), ("fr", "Page {0} sur {0}", "Bénéficiaires", "Total")],
)
def test_six_hundred_rows_repeat_the_header_and_end_in_a_total(
    app: flask.Flask, tmp_path: Path, lang: str, last: str, head: str, total: str
) -> None:
    with reader(app, lang):
        pdf = render_pdf(_document(lang == "ar", 600))
    first_codes = text_of(pdf, tmp_path, layout=True)
    pages = first_codes.count("FM-2026-000123")
    assert pages > 10
    assert first_codes.count("+212") == 600
    assert all(f"FM-{at:04d}" in first_codes for at in range(600))
    assert head in text_of(pdf, tmp_path, page=2)
    ending = text_of(pdf, tmp_path, page=pages)
    assert last.format(pages) in ending
    assert total in ending
    assert "1.800" in ending or "1 800" in ending


@pytest.mark.parametrize(("count", "said"), [(0, "لا يوجد أي تأخر"), (1, "FM-0000")])
def test_a_table_without_a_row_says_so(app: flask.Flask, tmp_path: Path, count: int, said: str) -> None:
    section = Section("التأخرات", _columns(True), _rows(True, count), empty="لا يوجد أي تأخر")
    text = _text(app, _document(True, sections=(section,)), "ar", tmp_path)
    assert said in text
    assert ("المجموع" in text) is (count > 0)


@pytest.mark.parametrize(("lang", "word"), [("ar", "نسخة للعرض"), ("fr", "Démonstration")])
def test_the_demonstration_is_named_on_every_page(
    app: flask.Flask, tmp_path: Path, lang: str, word: str
) -> None:
    with reader(app, lang):
        marked = render_pdf(_document(lang == "ar", 90, demonstration=True))
        plain = render_pdf(_document(lang == "ar", 90))
    pages = text_of(marked, tmp_path).count("FM-2026-000123")
    assert pages > 2
    assert text_of(marked, tmp_path).count(word) == pages
    assert word not in text_of(plain, tmp_path)


def test_figures_charts_and_bars_say_their_numbers(app: flask.Flask, tmp_path: Path) -> None:
    columns = (
        Column("p", "Province", Kind.NAME),
        Column("b", "Atteintes", Kind.BAR, total=True),
        Column("h", "Heures", Kind.HOURS, total=True),
        Column("s", "Part", Kind.PERCENT, total=True),
        Column("m", "Versé", Kind.MONEY, total=True),
    )
    rows = [("Fès", (40, 80), 630, 0.598, 1_250_050), ("Taza", (5, None), None, None, 100_000)]
    document = _document(
        False,
        sections=(Section("Provinces", columns, rows),),
        figures=(Figure("Associations", 642, 600), Figure("Versé", 123_456_700, None, kind=Kind.MONEY)),
        charts=(Series("Par province", ("Fès", "Taza"), (33, 7), (44, 0)),),
        definitions=(("Taux", "Réalisé rapporté à la cible."),),
    )
    text = _text(app, document, "fr", tmp_path)
    said = [
        "642",
        "Cible : 600",
        "1 234 567 MAD",
        "33 / 44",
        "40 / 80",
        "45 / 80",
        "10,5",
        "59,8 %",
        "Versé (MAD)",
    ]
    for expected in [*said, "12 500,50", "13 500,50", "Réalisé rapporté à la cible."]:
        assert expected in text
    assert text.count("59,8 %") == 1


def test_a_row_taller_than_a_page_goes_on(app: flask.Flask, tmp_path: Path) -> None:
    words = " ".join(f"mot{at:04d}" for at in range(1500))
    section = Section("Long", (Column("t", "Texte", Kind.TEXT), Column("n", "N", Kind.INTEGER)), [(words, 7)])
    text = flowing(_text(app, _document(False, sections=(section,)), "fr", tmp_path))
    assert all(f"mot{at:04d}" in text for at in range(1500))


@pytest.mark.parametrize("landscape", [False, True])
def test_the_paper_is_a4_and_knows_its_language(app: flask.Flask, tmp_path: Path, landscape: bool) -> None:
    with reader(app, "ar"):
        (tmp_path / "a.pdf").write_bytes(render_pdf(_document(True, landscape=landscape)))
    told = subprocess.run(["pdfinfo", tmp_path / "a.pdf"], check=True, capture_output=True).stdout.decode()
    assert ("841.89 x 595.276" if landscape else "595.276 x 841.89") in told
    assert "وضعية التنزيل الجهوي" in told
    assert b"(ar-MA)" in (tmp_path / "a.pdf").read_bytes()
    fonts = subprocess.run(["pdffonts", tmp_path / "a.pdf"], check=True, capture_output=True).stdout.decode()
    embedded = [line.split()[-5:-2] for line in fonts.splitlines()[2:]]
    assert embedded
    assert all(flags == ["yes", "yes", "yes"] for flags in embedded)


def test_an_emblem_finds_its_place(app: flask.Flask, tmp_path: Path) -> None:
    emblem = tmp_path / "emblem.png"
    Image.new("RGBA", (40, 60), (15, 92, 77, 255)).save(emblem)
    with reader(app, "fr"):
        plain, marked = render_pdf(_document(False)), render_pdf(_document(False), emblem)
    assert b"/Subtype /Image" in marked
    assert b"/Subtype /Image" not in plain
    assert "Royaume du Maroc" in text_of(marked, tmp_path)


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_a_chart_stays_whole_on_one_page(app: flask.Flask, tmp_path: Path, lang: str) -> None:
    """Rows close up, then stand in two columns, then the page is turned: never half of the bars."""
    names = tuple(f"Lieu{number}" for number in range(10, 34))
    for above in range(0, 24, 3):
        made = _document(
            False,
            figures=tuple(Figure(f"Chiffre {number}", number, 100) for number in range(above)),
            charts=(Series("Par lieu", names, tuple(range(24))),),
            landscape=True,
        )
        with reader(app, lang):
            pdf = render_pdf(made)
        (tmp_path / "whole.pdf").write_bytes(pdf)
        command = ["pdftotext", str(tmp_path / "whole.pdf"), "-"]
        pages = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\f")
        assert sum(any(name in page for name in names) for page in pages) == 1, above


def test_the_word_for_the_total_is_not_broken_in_a_narrow_column(app: flask.Flask, tmp_path: Path) -> None:
    columns = (
        Column("number", "N°", Kind.INTEGER, 0.4),
        Column("name", "Association", Kind.NAME, 4),
        Column("people", "Bénéficiaires", Kind.INTEGER, 1, True),
    )
    made = _document(True, sections=(Section("x", columns, [(1, "جمعية", 4), (2, "جمعية", 5)]),))
    assert "المجموع" in _text(app, made, "ar", tmp_path)


def test_a_table_called_like_its_report_is_not_called_twice(app: flask.Flask, tmp_path: Path) -> None:
    made = _document(False)
    named = dataclasses.replace(made.sections[0], title=made.title)
    text = _text(app, dataclasses.replace(made, sections=(named,)), "fr", tmp_path, page=1)
    assert text.count(str(made.title)) == 1


def test_the_totals_never_stand_alone_on_a_page(app: flask.Flask, tmp_path: Path) -> None:
    for count in range(14, 40):
        with reader(app, "fr"):
            pdf = render_pdf(_document(False, count))
        (tmp_path / "whole.pdf").write_bytes(pdf)
        command = ["pdftotext", "-layout", str(tmp_path / "whole.pdf"), "-"]
        pages = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\f")
        ended = next(page for page in pages if "Total" in page)
        assert ended.count("Association Al Amal") >= 3, count


def test_a_short_table_of_tall_rows_begins_under_the_title(app: flask.Flask, tmp_path: Path) -> None:
    columns = (Column("title", "Objet", Kind.NAME), Column("cash", "Montant", Kind.MONEY, 1, True))
    rows = [("Convention de partenariat " * 60, 1000)] * 6
    made = _document(False, sections=(Section("Conventions", columns, rows),), figures=(), charts=())
    assert "Convention de partenariat" in _text(app, made, "fr", tmp_path, page=1)
