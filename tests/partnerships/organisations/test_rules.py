"""Organisations are found by any of their names and made once."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.organisations import queries, rules
from partnerships.organisations.models import OrganisationKind
from programme.base.access import Actor, Role, Scope
from programme.base.refusals import Refused
from tests.factories import partnerships as make

SYSTEM = Actor.system()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ولاية جهة فاس - مكناس", "wilaya"),
        ("Wilaya de Marrakech-Safi", "wilaya"),
        ("مجلس جهة فاس مكناس", "regional_council"),
        ("Conseil régional de Marrakech-Safi", "regional_council"),
        ("الوزارة المنتدبة المكلفة بالعلاقات مع البرلمان", "ministry"),
        ("Ministère délégué chargé des Relations avec le Parlement", "ministry"),
        ("Konrad-Adenauer-Stiftung", "foundation"),
        ("مؤسسة كونراد أديناور", "foundation"),
        ("الجمعية المغربية للتضامن والتنمية", "association"),
    ],
)
def test_the_kind_is_guessed_from_the_words(name: str, kind: str) -> None:
    assert rules.guess_kind(name) is OrganisationKind(kind)


def test_one_organisation_answers_to_both_names_and_its_acronym(session: Any) -> None:
    made = make.organisation(
        "الجمعية المغربية للتضامن والتنمية",
        name_fr="Association marocaine de solidarité et de développement",
        acronym="AMSED",
    )
    for name in (
        "الجمعيه المغربيه للتضامن و التنميه".replace("و التنميه", "والتنميه"),
        "ASSOCIATION MAROCAINE DE SOLIDARITE ET DE DEVELOPPEMENT",
        "amsed",
        "Association marocaine de solidarité et de développement (AMSED)",
        "Une autre écriture (AMSED)",
    ):
        assert queries.organisation_by_name(name) is made
        assert rules.find_or_make(SYSTEM, name=name) == (made, False)
    assert queries.organisation_by_name("…") is None


def test_an_unknown_name_is_made_with_its_acronym(session: Any) -> None:
    made, is_new = rules.find_or_make(SYSTEM, name="Fondation Konrad Adenauer (KAS)")
    assert is_new
    assert (made.kind, made.acronym, made.name_fr) == ("foundation", "KAS", "Fondation Konrad Adenauer")
    assert rules.find_or_make(SYSTEM, name="KAS") == (made, False)
    arabic, _new = rules.find_or_make(SYSTEM, name="جمعية النخيل")
    assert (arabic.name_fr, arabic.kind) == (None, "association")


def test_a_second_organisation_of_the_same_name_is_refused(session: Any) -> None:
    make.organisation("ولاية الجهة", acronym="WJ")
    other = make.organisation("مجلس الجهة")
    with pytest.raises(Refused) as refusal:
        make.organisation("وِلاية الجِهة")
    assert (refusal.value.field, refusal.value.code) == ("name_ar", "duplicate")
    with pytest.raises(Refused) as refusal:
        rules.edit_organisation(SYSTEM, other, acronym="wj")
    assert refusal.value.field == "acronym"
    with pytest.raises(Refused) as refusal:
        make.organisation(" - ")
    assert refusal.value.code == "name"
    rules.edit_organisation(SYSTEM, other, name_fr="Conseil régional", kind="regional_council")
    assert other.key_fr == "conseil regional"


def test_only_who_may_write_agreements_registers(session: Any) -> None:
    with pytest.raises(Refused) as refusal:
        rules.register_organisation(Actor.of(1, "x", Role.AUDITOR), name_ar="وزارة")
    assert refusal.value.status == 403


def test_a_scope_meets_its_own_and_the_parties_of_its_agreements(session: Any) -> None:
    agreement = make.agreement(2)
    mine, other = (party.organisation for party in agreement.parties)
    stranger = make.organisation()
    scope = Scope(agreements=frozenset({agreement.reference}), organisations=frozenset({mine.id}))
    assert {one.id for one in queries.organisations(scope)} == {mine.id, other.id}
    assert queries.get_organisation(scope, stranger.id) is None
    assert queries.get_organisation(Scope.country(), stranger.id) is stranger
    assert queries.organisations(Scope()) == []
    assert [o.id for o in queries.organisations(Scope.country(), text=stranger.name_ar)] == [stranger.id]
