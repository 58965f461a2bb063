"""Words that people met in two forms, kept to one."""

from __future__ import annotations

import datetime as dt

from babel.messages import pofile

from cohorts.enrolment.models import CohortState
from cohorts.sessions.models import SessionState
from partnerships.agreements.todos import find
from programme.base import clock
from programme.base.access import Actor, Role, Scope
from programme.base.language import speaking
from programme.config import ROOT
from tests.factories import partnerships as make

CATALOGUE = ROOT / "programme/translations/ar/LC_MESSAGES/messages.po"


def _catalogue() -> dict[str, list[str]]:
    with CATALOGUE.open("rb") as file:
        found = pofile.read_po(file, locale="ar")
    return {
        one.id if isinstance(one.id, str) else one.id[0]: [one.string]
        if isinstance(one.string, str)
        else list(one.string)
        for one in found
        if one.id
    }


def test_arabic_has_no_space_before_a_colon_and_one_word_for_the_demonstration() -> None:
    texts = _catalogue()
    assert [text for said in texts.values() for text in said if " :" in text] == []
    shown = [said[0] for french, said in texts.items() if french.startswith("Démonstration")]
    assert len(shown) > 2
    assert all(text.startswith("نسخة للعرض") for text in shown)


def test_what_was_known_has_one_wording() -> None:
    texts = _catalogue()
    assert texts["Connue le"] == texts.get("Tel que connu le", texts["Connue le"])
    assert "connue le" not in texts or texts["connue le"] == texts["Connue le"]


def test_a_state_agrees_with_what_it_is_said_of(session: object) -> None:
    with speaking("ar"):
        assert (str(SessionState.PLANNED.label), str(CohortState.PLANNED.label)) == ("مبرمجة", "مبرمج")
        assert str(Role.TRAINER.label) == "المكوّن"


def test_no_capital_follows_a_colon(session: object) -> None:
    ending = make.in_force(ends_on=clock.today() + dt.timedelta(days=39))
    with make.app_request():
        (told,) = find(Actor.of(1, "m", Role.MINISTRY_OFFICER), Scope.country())
    assert told.text == f"Convention {ending.reference} : se termine dans 39 jours"


def test_a_plural_groups_its_thousands() -> None:
    texts = _catalogue()
    assert [french for french, said in texts.items() if "%(num)d" in french + "".join(said)] == []


def test_arabic_calls_a_role_and_a_trainer_by_one_word_and_speaks_politely() -> None:
    texts = _catalogue()
    assert texts["Rôle"] == ["الدور"]
    told = {french: said[0].split() for french, said in texts.items()}
    assert [french for french, words in told.items() if "rôle" in french.lower() and "الصفة" in words] == []
    alone = {"المؤطر", "اختر", "اذكر", "املأ", "امنح"}
    assert [french for french, words in told.items() if alone & set(words)] == []
