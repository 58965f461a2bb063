"""The workbook as someone else reads it: types, formats, direction, filters, print set-up, charts."""

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook

from programme.base.language import speaking
from reports.definition import Column, Document, Kind, Section, Series
from reports.excel import render_xlsx
from reports.excel_sheet import sheet_name
from tests.reports.samples import AS_AT, COLUMNS, ROWS, application, document, table


@pytest.fixture(autouse=True)
def _french() -> Iterator[None]:
    with application().app_context(), speaking("fr"):
        yield


def opened(report: Document) -> Any:
    return load_workbook(io.BytesIO(render_xlsx(report)))


def header_of(sheet: Any) -> int:
    """The row of the table's header, from the filter that stands on it."""
    return int("".join(c for c in sheet.auto_filter.ref.split(":")[0] if c.isdigit()))


def cells(report: Document, row: int = 1) -> dict[str, Any]:
    """The cells of a data row of the first table by the header's label."""
    book = opened(report)
    sheet = next(s for s in book.worksheets if s.auto_filter.ref)
    header = header_of(sheet)
    return {h.value: c for h, c in zip(sheet[header], sheet[header + row], strict=True)}


def test_sheets_come_in_reading_order_with_names_that_excel_accepts() -> None:
    book = opened(document())
    assert book.sheetnames == ["Chiffres clés", "Associations par province…", "Définitions"]
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_two_sections_of_one_title_get_two_names() -> None:
    section = Section("a" * 40, COLUMNS, ())
    other = Section("A" * 40, COLUMNS, ())
    names = opened(document(sections=(section, other))).sheetnames[1:3]
    assert names == ["a" * 31, "A" * 27 + " (2)"]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("'Nord'", "Nord"),
        ("a[b]:c*d?e/f\\g", "a b c d e f g"),
        ("History", "History (2)"),
        (" ' ", "Feuille"),
    ],
)
def test_a_sheet_name_is_safe(wanted: str, name: str) -> None:
    assert sheet_name(wanted, []) == name


def test_numbers_are_numbers_in_the_unit_people_read() -> None:
    row = cells(document())
    read = {k: (c.value, c.data_type, c.number_format) for k, c in row.items()}
    assert read["Bénéficiaires"] == (4, "n", "#,##0")
    assert read["Heures"] == (12.5, "n", "#,##0.##")
    assert read["Assiduité"] == (0.598, "n", "0.0%")
    assert read["Montant (MAD)"] == (1234.56, "n", "#,##0.00")
    assert (read["Atteintes : réalisé"][0], read["Atteintes : cible"][0]) == (3, 10)


def test_whole_hours_show_no_lonely_decimal_sign() -> None:
    hours = cells(document(), row=2)["Heures"]
    assert (hours.value, hours.number_format) == (10, "#,##0")


def test_dates_are_dates_and_a_missing_one_is_empty() -> None:
    first, second = cells(document())["Date"], cells(document(), row=2)["Date"]
    assert (first.value, first.number_format) == (dt.datetime(2025, 1, 2), "dd/mm/yyyy")
    assert first.is_date
    assert second.value is None


def test_an_instant_is_told_in_rabat_and_a_day_before_excel_as_text() -> None:
    columns = (Column("at", "Instant", Kind.DATE),)
    read = [
        cells(table(columns, [(value,)]))["Instant"].value
        for value in (dt.datetime(2026, 1, 1, 12, 0, tzinfo=dt.UTC), dt.date(1899, 5, 1))
    ]
    assert read == [dt.datetime(2026, 1, 1, 13, 0), "1899-05-01"]


@pytest.mark.parametrize("evil", ["=cmd()", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "'x", '=HYPERLINK("a")'])
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.NAME, Kind.CODE, Kind.PHONE, Kind.STATE, Kind.INTEGER])
def test_text_never_becomes_a_formula(evil: str, kind: Kind) -> None:
    cell = cells(table((Column("x", "X", kind),), [(evil,)]))["X"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (evil, "s", True)


def test_headings_and_facts_never_become_formulas_either() -> None:
    sheet_cells = [
        cell
        for sheet in opened(
            document(title="=1+1", facts=(("=2", "=3"),), definitions=(("=4", "=5"),))
        ).worksheets
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert {c.value for c in sheet_cells if str(c.value).startswith("=")} >= {"=1+1", "=2", "=3", "=4", "=5"}
    assert not [c.value for c in sheet_cells if c.data_type == "f"]


def test_plain_text_is_not_marked_as_quoted() -> None:
    assert not cells(document())["Association"].quotePrefix


def test_what_a_workbook_cannot_hold_is_left_out() -> None:
    cell = cells(table((Column("x", "X", Kind.TEXT),), [("a\x00b\x0bc\ud800d",)]))["X"]
    assert cell.value == "abcd"


def test_the_totals_row_is_bold_values_and_outside_the_filter() -> None:
    report = document()
    row = cells(report, row=len(ROWS) + 1)
    read = {k: c.value for k, c in row.items()}
    assert read["Code"] == "Total"
    assert (read["Bénéficiaires"], read["Heures"], read["Montant (MAD)"]) == (7, 22.5, 1184.56)
    assert (read["Atteintes : réalisé"], read["Atteintes : cible"]) == (10, 10)
    assert read["Assiduité"] is None, "shares do not add up"
    assert all(c.font.bold for c in row.values() if c.value is not None)
    sheet = opened(document()).worksheets[1]
    header = header_of(sheet)
    assert sheet.auto_filter.ref == f"A{header}:L{header + len(ROWS)}"
    assert sheet.max_row == header + len(ROWS) + 1


def test_a_table_prints_on_landscape_a4_one_page_wide_with_its_header() -> None:
    sheet = opened(document()).worksheets[1]
    header = header_of(sheet)
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "landscape", 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == f"${header}:${header}"
    assert sheet.print_area.endswith(f"$A$1:$L${sheet.max_row}")
    assert sheet.oddFooter.right.text == "&P / &N"
    assert sheet.oddFooter.left.text == "R-2025-000123"


def test_the_header_stays_in_sight_with_the_first_column_of_a_wide_table() -> None:
    sheet = opened(document()).worksheets[1]
    assert sheet.freeze_panes == f"B{header_of(sheet) + 1}"
    narrow = opened(table(COLUMNS[:2], [row[:2] for row in ROWS])).worksheets[0]
    assert narrow.freeze_panes == f"A{header_of(narrow) + 1}"


def test_columns_are_as_wide_as_what_they_hold() -> None:
    columns = (Column("a", "A", Kind.NAME), Column("b", "B", Kind.NAME), Column("c", "C", Kind.INTEGER))
    sheet = opened(table(columns, [("x" * 20, "mot " * 40, 1)])).worksheets[0]
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert 20 < widths[0] < 30
    assert widths[1] == 48
    assert widths[2] == 9
    assert sheet.row_dimensions[header_of(sheet) + 1].height == 15 * 3


def test_every_sheet_says_what_it_is_and_that_it_is_a_demonstration() -> None:
    for sheet in opened(document()).worksheets:
        text = " ".join(str(c.value) for row in sheet.iter_rows(max_row=8) for c in row if c.value)
        assert "Avancement" in text
        assert "R-2025-000123" in text
        assert "Fès-Meknès" in text
        assert "Démonstration" in text
        assert "Démonstration" in sheet.oddHeader.center.text


def test_the_as_at_date_is_a_date_and_told_once() -> None:
    sheet = opened(document(facts=(("Arrêté au", "31 juillet 2025"),))).worksheets[0]
    dates = [c.value for row in sheet.iter_rows(max_row=8, max_col=2) for c in row if c.is_date]
    assert dates == [dt.datetime.combine(AS_AT, dt.time()), dt.datetime(2025, 8, 1, 10, 30)]
    assert sheet["A3"].value == "Arrêté au"


def test_an_address_reads_from_left_to_right_in_a_cell_of_its_own() -> None:
    with speaking("ar"):
        book = opened(document(verify_url="http://localhost/reports/progress?as_at=2025-07-31"))
    for sheet in book.worksheets:
        (cell,) = [c for row in sheet.iter_rows(max_row=12) for c in row if str(c.value).startswith("http")]
        assert cell.alignment.readingOrder == 1


def test_a_chart_of_zeros_is_left_out() -> None:
    (sheet, *_rest) = opened(document(charts=(Series("Rien", ("Fès", "Ifrane"), (0, 0)),))).worksheets
    assert not sheet._charts


def test_headline_figures_carry_target_and_rate() -> None:
    sheet = opened(document()).worksheets[0]
    row = next(row for row in sheet.iter_rows() if row[0].value == "Atteintes")
    assert [c.value for c in row[1:5]] == [359, 600, pytest.approx(359 / 600), "Associations distinctes"]


def test_the_chart_reads_the_cells_of_its_series() -> None:
    sheet = opened(document()).worksheets[0]
    (chart,) = sheet._charts
    actual, target = chart.series
    assert [values(sheet, s.val.numRef.f) for s in (actual, target)] == [[359, 12], [600, 600]]
    assert values(sheet, actual.cat.strRef.f) == ["Fès-Meknès", "Souss-Massa"]
    assert values(sheet, actual.tx.strRef.f) == ["Réalisé"]
    assert values(sheet, target.tx.strRef.f) == ["Cible"]
    assert (chart.x_axis.delete, chart.y_axis.delete) == (False, False)
    assert chart.y_axis.scaling.orientation == "minMax"


def values(sheet: Any, reference: str) -> list[Any]:
    name, area = reference.rsplit("!", 1)
    assert name.strip("'") == sheet.title
    found = sheet[area.replace("$", "")]
    return [row[0].value for row in found] if isinstance(found, tuple) else [found.value]


def test_in_arabic_sheets_and_charts_run_from_the_right() -> None:
    with speaking("ar"):
        book = opened(document())
    assert [sheet.sheet_view.rightToLeft for sheet in book.worksheets] == [True] * 3
    (chart,) = book.worksheets[0]._charts
    assert chart.y_axis.scaling.orientation == "maxMin"
    sheet = book.worksheets[1]
    row = sheet[header_of(sheet) + 1]
    assert row[1].value == "جمعية الأمل"
    assert [row[n].alignment.readingOrder for n in (0, 1, 2)] == [1, 2, 1]
    assert [row[n].alignment.horizontal for n in (1, 3)] == ["right", "left"]


def test_in_french_sheets_run_from_the_left() -> None:
    book = opened(document())
    assert not any(sheet.sheet_view.rightToLeft for sheet in book.worksheets)
    sheet = book.worksheets[1]
    assert [sheet[header_of(sheet) + 1][n].alignment.horizontal for n in (1, 3)] == ["left", "right"]


def test_states_are_words_with_their_tone() -> None:
    row = cells(document())
    assert (row["État"].value, row["État"].font.color.rgb) == ("Tenu", "002F7D4F")


def test_definitions_are_told_once_each_and_last() -> None:
    sheet = opened(document()).worksheets[-1]
    header = header_of(sheet)
    told = [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=header + 1)]
    assert told == [
        ("Noyau", "Formées directement"),
        ("Atteintes", "Associations distinctes"),
        ("Association", "Nom porté au récépissé"),
    ]


def test_an_empty_table_says_so() -> None:
    section = Section("Vide", COLUMNS[:2], (), empty="Aucune convention à cette date.")
    sheet = opened(document(sections=(section,), figures=(), charts=())).worksheets[0]
    assert sheet.cell(sheet.max_row, 1).value == "Aucune convention à cette date."


def test_a_report_of_nothing_is_still_a_workbook() -> None:
    report = document(sections=(), figures=(), charts=(), definitions=(), notes=("Rien à dire.",))
    sheet = opened(report).worksheets[0]
    assert sheet.cell(sheet.max_row, 2).value == "Rien à dire."


def test_rows_beyond_the_sample_are_all_there() -> None:
    columns = (Column("n", "N", Kind.INTEGER, total=True),)
    sheet = opened(table(columns, ((n,) for n in range(500)))).worksheets[0]
    column = [c.value for c in sheet["A"][header_of(sheet) :]]
    assert column == [*range(500), sum(range(500))]
