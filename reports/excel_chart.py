"""Native bar charts of a workbook: actual against target, read from the cells beside them."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart import Series as plot
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from programme.base.language import Language, language
from programme.base.language import gettext as _
from reports.definition import Kind, Series
from reports.excel_sheet import LINE, MARK, PRIMARY, Leaf
from reports.excel_table import pen_of

_ROW_CM = 0.53
_WIDTH_CM = 15.5
_LEAST_ROWS, _ROWS_PER_BAR, _ROWS_AROUND = 13, 1.2, 6
_MOST_LABELS = 30


def write_series(leaf: Leaf, series: Series, anchor: str) -> None:
    """The numbers of a chart and, from column `anchor` on, the chart; leaves the next row free below both."""
    leaf.write([leaf.text(series.title, look="subtitle")])
    header = leaf.row + 1
    names = ["", series.actual_label or _("Réalisé")]
    if series.target:
        names.append(series.target_label or _("Cible"))
    leaf.write(leaf.text(name, Kind.INTEGER if n else Kind.NAME, "header") for n, name in enumerate(names))
    number = pen_of(leaf, Kind.INTEGER)
    for n, category in enumerate(series.categories):
        values = (series.actual[n], *series.target[n : n + 1])
        leaf.write(
            leaf.text(category, Kind.NAME) if column == 0 else number(value)
            for column, value in enumerate((None, *values))
        )
    bars = len(series.actual) + len(series.target)
    rows = max(_LEAST_ROWS, round(bars * _ROWS_PER_BAR) + _ROWS_AROUND)
    leaf.sheet.add_chart(_chart(leaf, series, header, rows), f"{anchor}{header}")
    while leaf.row < header + rows:
        leaf.write()


def _chart(leaf: Leaf, series: Series, header: int, rows: int) -> Any:
    """Horizontal bars, so that long names stay readable; the title stands in the sheet, over the numbers."""
    chart: Any = BarChart()
    chart.legend.position = "b"
    chart.type, chart.gapWidth, chart.overlap = "bar", 50, 0
    chart.width, chart.height = _WIDTH_CM, rows * _ROW_CM
    last = header + len(series.categories)
    names = AxDataSource(
        strRef=StrRef(f=str(Reference(leaf.sheet, min_col=1, min_row=header + 1, max_row=last)))
    )
    for column, color in zip((2, 3) if series.target else (2,), (PRIMARY, MARK), strict=False):
        plotted = plot(
            Reference(leaf.sheet, min_col=column, min_row=header, max_row=last), title_from_data=True
        )
        plotted.cat = names
        plotted.graphicalProperties = GraphicalProperties(solidFill=color)
        plotted.graphicalProperties.line.noFill = True
        plotted.invertIfNegative = False
        if len(series.categories) <= _MOST_LABELS:
            plotted.dLbls = _labels()
        chart.series.append(plotted)
    _set_axes(chart)
    return chart


def _labels() -> DataLabelList:
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    labels.numFmt = "#,##0"
    labels.dLblPos = "outEnd"
    return labels


def _set_axes(chart: Any) -> None:
    """First category on top; in Arabic the bars grow from the right and the names stand on the right."""
    names, values = chart.x_axis, chart.y_axis
    names.delete = values.delete = False
    # every name, however small the chart: the program would leave out every second one
    names.tickLblSkip = 1
    names.scaling.orientation = "maxMin"
    # with the categories turned over, the axis of values would stand on top: it crosses at their far end
    values.crosses = "max"
    values.scaling.min = 0
    values.number_format = "#,##0"
    values.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=LINE)))
    if language() is Language.AR:
        values.scaling.orientation = "maxMin"
