"""The macros write what assistive technology and two directions need."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, Form, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from programme import pieces
from programme.base.language import Bilingual

TEMPLATES = Path(__file__).parents[2] / "templates"


class Sample(Form):
    once = HiddenField(default="key-1")
    name_ar = StringField("Nom", [InputRequired("Donnez le nom en arabe.")])
    name_fr = StringField("Nom")
    kind = RadioField(
        "Nature",
        [InputRequired("Choisissez la nature.")],
        choices=[SelectChoice("a", "Association"), SelectChoice("b", "Réseau")],
    )
    province = SelectField(
        "Province",
        choices=[SelectChoice("1", "Fès")],
        description="Celle du siège.",
        render_kw={"data-choose": ""},
    )
    founded = DateField("Date de création")
    agreed = BooleanField("Accord écrit", description="La pièce suit.")


def say(message: str, **values: Any) -> str:
    return message % values if values else message


@pytest.fixture(name="write")
def write_() -> Any:
    env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=[])
    env.globals.update(
        {"_": say, "csrf_token": lambda: "token", "static_url": lambda name: f"/static/{name}"},
        pieces=pieces,
        draw_icon=partial(pieces.drawing, "/static/icons.svg"),
        ngettext=lambda one, many, num: (one if num == 1 else many) % {"num": num},
        format_number=lambda value, digits=0: f"{value:g}",
        format_percent=lambda value, digits=1: f"{value * 100:.1f} %",
        format_hours=lambda minutes: f"{minutes / 60:g}",
        format_date=str,
        format_instant=str,
    )

    def write(macros: str, source: str, **values: Any) -> str:
        return env.from_string(f'{{% import "macros/{macros}.html" as m %}}{source}').render(**values)

    return write


def test_an_error_is_told_at_the_head_and_beside_its_field(write: Any) -> None:
    form = Sample(MultiDict({"province": "1"}))
    form.validate()
    page = write(
        "fields",
        "{% call m.form_shell(form) %}{{ m.pair(form.name_ar, form.name_fr, 'Nom') }}{% endcall %}",
        form=form,
    )
    assert '<a href="#name_ar">Nom : Donnez le nom en arabe.</a>' in page
    assert 'aria-describedby="name_ar-error"' in page
    assert 'id="name_ar-error"' in page
    assert 'aria-invalid="true"' in page


def test_a_form_carries_its_hidden_fields_and_one_token(write: Any) -> None:
    page = write("fields", "{% call m.form_shell(form) %}{% endcall %}", form=Sample())
    assert page.count('name="csrf_token"') == 1
    assert 'value="key-1"' in page


def test_each_side_of_a_pair_says_its_language(write: Any) -> None:
    page = write("fields", "{{ m.pair(form.name_ar, form.name_fr, 'Nom') }}", form=Sample())
    assert 'dir="rtl"' in page
    assert 'lang="fr"' in page


@pytest.mark.parametrize("name", ["kind", "province", "founded", "agreed", "name_ar"])
def test_every_kind_of_field_has_its_label_and_help(write: Any, name: str) -> None:
    form = Sample()
    page = write("fields", "{{ m.field(form[name]) }}", form=form, name=name)
    assert form[name].label.text in page
    assert form[name].description in page
    assert ('aria-describedby="' in page) == bool(form[name].description)


@pytest.mark.parametrize(
    ("actual", "target", "width", "mark"),
    [(359, 600, "59.83%", "100.0%"), (31, 30, "100.0%", "96.77%"), (3, 0, "100.0%", None)],
)
def test_a_bar_marks_its_target(write: Any, actual: int, target: int, width: str, mark: str | None) -> None:
    page = write("figures", "{{ m.bar(actual, target) }}", actual=actual, target=target)
    assert f'width="{width}" height="8"' in page
    assert (f'x="{mark}"' in page) if mark else ("bar-mark" not in page)
    assert 'role="img"' in page


def test_an_empty_bar_draws_its_ground_only(write: Any) -> None:
    page = write("figures", "{{ m.bar(0, none) }}")
    assert "bar-ground" in page
    assert "bar-actual" not in page


def test_a_tile_opens_its_list_and_tells_its_definition(write: Any) -> None:
    page = write(
        "figures", "{{ m.tile('Atteintes', 359, href='/l', target=600, change=-2, definition='Une fois.') }}"
    )
    assert 'href="/l"' in page
    assert "Une fois." in page
    assert "\u2066−2\u2069 en 30 jours" in page


def test_a_state_is_a_word_with_a_tone(write: Any) -> None:
    assert 'tone-red">en retard<' in write("state", "{{ m.chip(s) }}", s=Thing(label="en retard", tone="red"))
    assert write("state", "{{ m.chip(none) }}").strip() == ""


def test_a_name_shows_the_other_language_small(write: Any) -> None:
    page = write(
        "names", "{{ m.both(name, '/x') }}{{ m.phone('05 35 62 30 00') }}", name=Bilingual("النور", "Ennour")
    )
    assert '<bdi lang="fr" dir="ltr">Ennour</bdi>' in page
    assert '<bdi class="name-other" lang="ar" dir="rtl">النور</bdi>' in page
    assert "tel:0535623000" in page


def test_a_sorted_column_says_its_direction(write: Any) -> None:
    page = write("table", "{{ m.column('Nom', '?sort=-name', 'asc') }}")
    assert 'aria-sort="ascending"' in page
    assert "aria-sort" not in write("table", "{{ m.column('Nom', '?sort=name') }}")


def test_a_seat_shows_its_people_and_its_free_places(write: Any) -> None:
    page = write(
        "people",
        "{{ m.seat(3, 'Ennour', people=[p], minutes=60, target_minutes=120) }}",
        p=Thing(name="Amina Idrissi", sex="F"),
    )
    assert page.count("place libre") == 3
    assert "1 h sur 2 h" in page
    assert "Siège vacant" in write("people", "{{ m.seat(4) }}")


def test_a_move_is_a_post_that_names_its_consequence(write: Any) -> None:
    moves = [
        Thing(
            label="Clore",
            href="/close",
            main=True,
            method="post",
            confirm="Plus aucune inscription.",
            tone="",
        )
    ]
    page = write(
        "record",
        "{{ m.header(name, moves=moves, version=4) }}",
        name=Bilingual("الفوج", "Cohorte"),
        moves=moves,
    )
    assert 'method="post" action="/close"' in page
    assert 'data-confirm="Plus aucune inscription."' in page
    assert 'name="version" value="4"' in page
    assert page.count("<h1>") == 1


def test_a_condition_says_its_state_in_words(write: Any) -> None:
    rows = [
        Thing(sentence="Sessions validées", met=True),
        Thing(sentence="Rapport", met=False, href="/r"),
        Thing(sentence="Avis", met=None),
    ]
    page = write("checklist", "{{ m.checklist(rows) }}", rows=rows)
    assert all(word in page for word in ("rempli", "non rempli", "à vérifier"))
    assert 'href="/r"' in page


def test_the_grid_writes_the_contract_of_its_script(write: Any) -> None:
    columns = [
        Thing(id=7, label="Ven. matin", minutes=210),
        Thing(id=8, label="Ven. après-midi", minutes=180),
    ]
    rows = [Thing(id=31, name="Amina", sex="F", cells={7: "P"})]
    page = write(
        "grid", "{{ m.grid('Présences', '/save', columns, rows, version=2) }}", columns=columns, rows=rows
    )
    assert 'data-row="31" data-column="7" data-value="P"' in page
    assert 'data-row="31" data-column="8"' not in page
    assert 'data-minutes="210"' in page
    assert 'data-version="2"' in page


def test_hours_over_the_curriculum_end_with_the_bar(write: Any) -> None:
    over = write("people", "{{ m.hours(5400, 5040) }}")
    assert "90 h sur 84 h" in over
    assert 'width="100.0%"' in over
    assert "Programme achevé" in over
    assert "Programme achevé" not in write("people", "{{ m.hours(5000, 5040) }}")
    none = write("people", "{{ m.hours(0, 2880) }}")
    assert "aucune heure validée à ce jour, sur 48 h" in none
    assert "<svg" not in none
    seat = write("people", "{{ m.seat(1, 'X', minutes=22000, target_minutes=20160) }}")
    assert 'width="100.0%"' in seat
