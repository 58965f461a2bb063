"""What the registry adds to the search over everything, to the to-dos and to its own tabs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask

from programme.base import clock, panels
from programme.base.access import Actor, Permission, Role, Scope
from programme.base.states import Tone
from regions.associations import finding, rules, todos
from regions.associations.models import DocumentKind, ReceiptKind
from tests.client import HouseClient, Statements
from tests.factories.associations import association, region

SYSTEM = Actor.system()


def test_search_finds_associations_in_scope(house: Flask) -> None:
    made = association("جمعية الأمل", name_fr="Espoir")
    with house.test_request_context():
        (hit,) = finding.find(SYSTEM, Scope.country(), "الامل", 8)
        assert hit.href == f"/associations/{made.id}"
        assert finding.find(SYSTEM, Scope(), "الامل", 8) == []
        assert finding.find(SYSTEM, Scope.country(), "", 8) == []
        assert finding.find(Actor.of(1, "x", Role.TRAINER), Scope.country(), "الامل", 8) == []


def test_what_waits(house: Flask, uploads: Path) -> None:
    today = clock.today()
    made = association(
        "جمعية الأمل", receipt_kind=ReceiptKind.PROVISIONAL, receipt_date=today - dt.timedelta(days=61)
    )
    association("الأمل", receipt_kind=ReceiptKind.PROVISIONAL, receipt_date=today - dt.timedelta(days=60))
    for days in (-1, 30, 61):
        rules.add_document(
            SYSTEM,
            made,
            kind=list(DocumentKind)[days % 7],
            data=b"%PDF-1.4 %%EOF",
            display_name="a.pdf",
            folder=uploads,
            expires_on=today + dt.timedelta(days=days),
        )
    with house.test_request_context(), Statements() as counted:
        found = todos.find(SYSTEM, Scope.country())
    assert [todo.kind for todo in found] == [
        "association:document",
        "association:document",
        "association:suspicion",
        "association:receipt",
    ]
    assert [todo.tone for todo in found[:2]] == [Tone.RED, Tone.AMBER]
    assert len(counted) <= 4
    with house.test_request_context():
        assert len(todos.find(SYSTEM, Scope(regions=frozenset({region().id})))) == 4
        assert todos.find(SYSTEM, Scope(regions=frozenset({region("01").id}))) == []
        assert todos.find(Actor.of(1, "x", Role.AUDITOR), Scope.country()) == []


def test_upper_rooms_add_tabs(client: HouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_register", {})
    made = association()
    client.sign_in_as(Role.AUDITOR)
    panels.register("association", "extra", "Compléments", "regions.associations.bureau", order=2)
    panels.register("association", "missing", "Absents", "no.such.page")
    panels.register(
        "association",
        "hidden",
        "Cachés",
        "regions.associations.edit",
        permission=Permission.ASSOCIATION_WRITE,
    )
    page = client.page(f"/associations/{made.id}")
    assert "Compléments" in page
    assert "Absents" not in page
    assert "Cachés" not in page
    client.page(f"/associations/{made.id}/bureau")
