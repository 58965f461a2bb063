"""Drawings as a parser sees them: places, words, direction, and nothing the content security policy refuses."""

import datetime as dt
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from programme.base.language import speaking
from reports.figures import Forecast, bar, curve, heat_grid
from reports.figures.heat import step
from tests.reports.samples import application

START, END = dt.date(2024, 9, 1), dt.date(2026, 8, 31)
POINTS = [(dt.date(2025, 1, 10), 31), (dt.date(2025, 7, 31), 359)]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _french() -> Iterator[None]:
    with application().app_context(), speaking("fr"):
        yield


def parsed(markup: Markup) -> ET.Element:
    return ET.fromstring(markup)


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if name in e.get("class", "").split()]


def number(element: ET.Element, key: str) -> float:
    return float(element.attrib[key].rstrip("%"))


def text_of(element: ET.Element) -> str:
    return "".join(element.itertext()).replace("\u00a0", " ")


def drawn(points: list[tuple[dt.date, int]] = POINTS, target: int = 600, **more: object) -> ET.Element:
    return parsed(curve(points, target, start=START, end=END, **more))  # type: ignore[arg-type]


def centre(point: ET.Element) -> tuple[float, float]:
    dot = point.findall(f"{SVG}circle")[-1]
    return number(dot, "cx"), number(dot, "cy")


def test_the_curve_rises_with_time_towards_the_target() -> None:
    root = drawn()
    first, last = (centre(p) for p in of_class(root, "viz-point"))
    assert first[0] < last[0]
    assert first[1] > last[1]
    (goal,) = of_class(root, "viz-target")
    assert number(goal, "cx") > last[0]
    assert number(goal, "cy") < last[1]


def test_a_value_stands_at_its_height() -> None:
    """Half the target stands half way between the line of zero and the target."""
    root = drawn([(START, 300)])
    (path,) = of_class(root, "viz-path")
    (point,) = of_class(root, "viz-point")
    assert centre(point)[1] == pytest.approx((number(path, "y1") + number(path, "y2")) / 2, abs=0.1)
    assert centre(point)[0] == number(path, "x1")


def test_time_runs_from_right_to_left_in_arabic() -> None:
    french = drawn()
    with speaking("ar"):
        arabic = drawn()
    assert arabic[0].get("direction") == "rtl"
    for left, right in zip(of_class(french, "viz-point"), of_class(arabic, "viz-point"), strict=True):
        assert centre(left)[0] + centre(right)[0] == pytest.approx(720, abs=0.2)
    ticks = [number(t, "x") for t in of_class(arabic, "viz-tick") if t.get("text-anchor") == "end"]
    assert set(ticks) == {720 - 44}, "the axis of counts stands on the right"


def test_each_point_can_be_focused_and_tells_its_value() -> None:
    points = of_class(drawn(), "viz-point")
    assert [p.get("tabindex") for p in points] == ["0", "0"]
    assert [p.get("aria-label") for p in points] == ["10 janvier 2025 : 31", "31 juillet 2025 : 359"]
    assert [text_of(p.find(f"{SVG}title")) for p in points] == [p.get("aria-label") for p in points]  # type: ignore[arg-type]


def test_the_curve_is_told_in_words() -> None:
    root = drawn(forecast=Forecast(520, 1690.4))
    title, desc = root[0].find(f"{SVG}title"), root[0].find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert text_of(title) == "Associations atteintes"
    told = text_of(desc)
    assert told.startswith("359 au 31 juillet 2025 ; cible de 600 au 31 août 2026.")
    assert re.search(r"entre 520 et 1.690\.$", told)


def test_many_days_give_one_stop_a_month_and_the_last() -> None:
    days = [(dt.date(2025, 1, 1) + dt.timedelta(n), n) for n in range(100)]
    labels = [p.get("aria-label") for p in of_class(drawn(days), "viz-point")]
    assert labels == [
        "31 janvier 2025 : 30",
        "28 février 2025 : 58",
        "31 mars 2025 : 89",
        "10 avril 2025 : 99",
    ]


def test_days_may_come_twice_early_and_in_any_order() -> None:
    points = [(dt.date(2025, 2, 1), 9), (dt.date(2024, 1, 1), 4), (dt.date(2025, 2, 1), 7)]
    labels = [p.get("aria-label") for p in of_class(drawn(points), "viz-point")]
    assert labels == ["1er septembre 2024 : 4", "1er février 2025 : 9"]


def test_more_than_the_target_stays_inside_the_plot() -> None:
    root = drawn([(dt.date(2025, 7, 31), 745)], forecast=Forecast(800, 990))
    (point,) = of_class(root, "viz-point")
    assert centre(point)[1] > 34
    (band,) = of_class(root, "viz-forecast")
    heights = [float(pair.split(",")[1]) for pair in band.attrib["points"].split()]
    assert min(heights) >= 34


def test_a_result_after_the_end_stays_inside_too() -> None:
    root = drawn([(dt.date(2027, 3, 1), 700)], forecast=Forecast(1, 2))
    (point,) = of_class(root, "viz-point")
    assert centre(point)[0] <= 720 - 24
    assert not of_class(root, "viz-forecast"), "nothing is foretold once the end is past"


def test_no_result_yet_shows_the_path_alone() -> None:
    root = drawn([])
    assert of_class(root, "viz-path")
    assert not of_class(root, "viz-point")
    assert "Aucun résultat" in text_of(root)


@pytest.mark.parametrize("target", [0, 1, 3, 7, 30, 600, 7200, 123456])
def test_counts_on_the_axis_are_whole_and_few(target: int) -> None:
    ticks = [text_of(t) for t in of_class(drawn([], target), "viz-tick") if t.get("text-anchor") == "end"]
    assert 2 <= len(ticks) <= 6
    assert all(re.fullmatch(r"[0-9 .]+", tick) for tick in ticks), ticks
    assert len(set(ticks)) == len(ticks)


def test_months_on_the_axis_are_few_enough_to_be_read() -> None:
    for years in (1, 2, 5, 12):
        root = parsed(curve([], 5, start=START, end=START.replace(year=START.year + years)))
        months = [t for t in of_class(root, "viz-tick") if t.get("text-anchor") == "middle"]
        assert 2 <= len(months) <= 8
    assert text_of(months[0]) == "sept. 2024"


def widths(markup: Markup) -> dict[str, tuple[float, float]]:
    root = parsed(markup)
    parts = [e for e in root.iter(f"{SVG}rect") if e.get("class") != "viz-mark"]
    return {e.attrib["class"]: (number(e, "x"), number(e, "width")) for e in parts}


def mark(markup: Markup) -> float:
    (found,) = of_class(parsed(markup), "viz-mark")
    return number(found, "x")


def test_a_bar_shows_its_share_of_the_target() -> None:
    assert widths(bar(150, 600)) == {"viz-ground": (0, 100), "viz-actual": (0, 25)}
    assert mark(bar(150, 600)) == 100


def test_a_bar_over_its_target_runs_on_beyond_the_mark() -> None:
    over = bar(800, 600)
    assert widths(over) == {"viz-ground": (0, 100), "viz-actual": (0, 75), "viz-over": (75, 25)}
    assert mark(over) == 75
    assert "133,3 %" in text_of(parsed(over))


def test_a_bar_grows_from_the_right_in_arabic() -> None:
    with speaking("ar"):
        assert widths(bar(800, 600)) == {"viz-ground": (0, 100), "viz-actual": (25, 75), "viz-over": (0, 25)}
        assert mark(bar(800, 600)) == 25


def test_bars_of_one_table_share_a_scale() -> None:
    assert widths(bar(30, 60, scale=120))["viz-actual"] == (0, 25)
    assert mark(bar(30, 60, scale=120)) == 50


@pytest.mark.parametrize(("actual", "target"), [(None, None), (0, 0), (0, None), (None, 5), (-3, -1)])
def test_a_bar_of_nothing_is_empty(actual: float | None, target: float | None) -> None:
    assert "viz-actual" not in widths(bar(actual, target))


def test_a_bar_is_told_in_words_with_its_name() -> None:
    words = text_of(parsed(bar(359, 600, "Associations atteintes")))
    assert words == "Associations atteintes359 sur 600, soit 59,8 %"
    assert text_of(parsed(bar(12, label="Sessions"))) == "Sessions12"


def test_the_heat_grid_prints_its_values_on_five_steps() -> None:
    root = parsed(heat_grid(["Fès", "Taza"], ["Module 1", "Module 2"], [[0.1, 0.8], [None, 1]]))
    cells = [[(c.get("class"), text_of(c)) for c in row.iter("td")] for row in root.iter("tr")][1:]
    assert cells == [
        [("scale-0", "10 %"), ("scale-4", "80 %")],
        [("scale-none", "–"), ("scale-4", "100 %")],
    ]
    assert [text_of(h) for h in root.iter("th")] == ["Module 1", "Module 2", "Fès", "Taza"]


@pytest.mark.parametrize(("share", "wanted"), [(-1, 0), (0, 0), (0.2, 1), (0.6, 3), (0.599, 2), (1.2, 4)])
def test_steps_of_heat(share: float, wanted: int) -> None:
    assert step(share) == wanted


def test_a_heat_grid_colours_by_the_number_that_it_prints() -> None:
    root = parsed(heat_grid(["Fès"], ["M1", "M2"], [[0.796, 0.794]]))
    assert [(c.get("class"), text_of(c)) for c in root.iter("td")][1:] == [
        ("scale-4", "80 %"),
        ("scale-3", "79 %"),
    ]


def test_a_heat_grid_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        heat_grid(["Fès"], ["M1", "M2"], [[0.1]])


@pytest.mark.parametrize(
    "markup",
    [
        lambda: curve(POINTS, 600, start=START, end=END, label=EVIL),
        lambda: bar(1, 2, EVIL),
        lambda: heat_grid([EVIL], [EVIL], [[0.5]], caption=EVIL),
    ],
)
def test_names_are_escaped_and_no_style_is_inline(markup: object) -> None:
    written = markup()  # type: ignore[operator]
    assert "<script" not in written
    assert EVIL in text_of(parsed(written))
    assert not re.search(r"\s(style|on\w+)=", re.sub(r"&[^;]+;|>[^<]*<", "><", written))
    assert "<style" not in written


EVIL = '"><script>alert(1)</script> & style="x"'
