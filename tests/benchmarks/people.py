"""The people of the load test: what each of them opens and sends, and what they check of each page."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from random import Random
from typing import Any
from urllib.parse import quote

from programme.demo.accounts import PASSWORD
from tests.benchmarks.places import Place
from tests.benchmarks.visiting import Answer, Visitor, hidden_of
from tests.faults.pages import Form, main_form

THINKING = 1.0
"""Seconds between two requests of one person."""
FORMS = 0.2
"""How often a step is a form: with the page before it and the one it leads to, 15 % of all requests are sent forms."""
SHOWN = re.compile(r'class="top-name"><bdi>(.*?)</bdi>')
ADDRESS = re.compile(r'<small><bdi dir="ltr">(.*?)</bdi></small></p>')
ROLES = ("regional_officer", "implementer", "trainer", "regional_partner", "association_representative")
SEARCHED = ("الامل", "نساء", "تنمية فاس", "association", "شباب")


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in."""

    email: str
    name: str
    role: str
    region: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as its sender saw it; status 0 where nothing came back."""

    what: str
    status: int
    seconds: float
    is_write: bool


class People:
    """The accounts of a place, and the records that they may work on."""

    def __init__(self, place: Place, port: int) -> None:
        self.place, self.port = place, port

    def gathered(self, users: int) -> list[Person]:
        """So many people, region by region in all their roles; a browser each."""
        rows = self.place.rows(
            "SELECT email, name, role FROM account WHERE email LIKE '%.__@example.ma' ORDER BY id"
        )
        known = [Account(row[0], row[1], row[2], row[0].partition("@")[0][-2:]) for row in rows]
        known.sort(key=lambda one: (one.region, ROLES.index(one.role)))
        whole = self.place.rows(
            "SELECT email, name, role FROM account WHERE role IN ('ministry_officer', 'auditor') ORDER BY id"
        )
        chosen = [*(Account(row[0], row[1], row[2], "") for row in whole), *known][:users]
        return [
            Person(one, Visitor(self.port, keeps=False), self._records(one.region or "03")) for one in chosen
        ]

    def _records(self, code: str) -> dict[str, list[Any]]:
        """What somebody of this region works on."""
        inside = "cohort.region_id = (SELECT id FROM region WHERE code = :code)"
        queries = {
            "cohort": f"SELECT id FROM cohort WHERE {inside} ORDER BY id DESC LIMIT 6",
            "session": f"SELECT session.id FROM session JOIN cohort ON cohort.id = session.cohort_id WHERE {inside} "
            "ORDER BY session.id DESC LIMIT 30",
            "sheet": f"SELECT session.id FROM session JOIN cohort ON cohort.id = session.cohort_id WHERE {inside} "
            "AND session.state IN ('submitted', 'returned') ORDER BY session.id",
            "person": "SELECT person_id FROM enrolment JOIN cohort ON cohort.id = enrolment.cohort_id "
            f"WHERE {inside} ORDER BY enrolment.id DESC LIMIT 40",
            "association": "SELECT id FROM association WHERE region_id = (SELECT id FROM region WHERE code = :code) "
            "AND merged_into_id IS NULL ORDER BY id LIMIT 400",
        }
        return {name: [row[0] for row in self.place.rows(text, code=code)] for name, text in queries.items()}


@dataclass
class Person:
    """One of them at work."""

    account: Account
    visitor: Visitor
    records: dict[str, list[Any]]
    entries: list[Entry] = field(default_factory=list)
    foreign: int = 0
    entered: float = 0.0
    random: Random = field(default_factory=Random)
    pages: list[str] = field(default_factory=list)
    forms: list[Callable[[], None]] = field(default_factory=list)
    writing: float = FORMS
    """How often a step of this person is a form: those who may send some send those of the others too."""

    def enter(self) -> None:
        """Sign in; the sign-in page was opened before."""
        answer = self.visitor.post("/sign-in", {"email": self.account.email, "password": PASSWORD})
        self.entered = time.perf_counter()
        assert answer.status == 302, f"{self.account.email}: {answer.status}"

    def learn(self, random: Random) -> None:
        """Find out, before anything is counted, which pages and forms this account has."""
        self.random = random
        region, some = (
            self.account.region or "03",
            {name: ids[0] for name, ids in self.records.items() if ids},
        )
        offered = (
            *(
                "/",
                "/todo",
                "/associations",
                "/cohorts",
                "/sessions",
                "/transfers",
                "/agreements",
                "/reports",
            ),
            *(
                f"/regions/{region}",
                f"/associations?region={region}",
                f"/search?q={quote(random.choice(SEARCHED))}",
            ),
            *(f"/associations?q={quote(one)}" for one in SEARCHED),
            *(f"/{name}s/{some[name]}" for name in ("association", "cohort", "session") if name in some),
            *(["/people/{}".format(some["person"])] if "person" in some else []),
            *("/reached", "/reports/progress", "/account"),
        )
        self.pages = [path for path in offered if self.visitor.get(path).status == 200]
        sheet = next((one for one in self.records["sheet"] if self._opens_sheet(one)), None)
        if sheet is not None:
            self.forms += [lambda: self._mark(sheet)] * 3
        for kind, changed in (("association", "address"), ("person", "name_fr")):
            address = f"/{'people' if kind == 'person' else kind + 's'}/{{}}/edit"
            if some.get(kind) and self.visitor.get(address.format(some[kind])).status == 200:
                self.forms.append(lambda kind=kind, a=address, c=changed: self._edit(kind, a, c))  # type: ignore[misc]
        if self.visitor.get("/associations/new").status == 200:
            self.forms.append(self._register)

    def _opens_sheet(self, session: int) -> bool:
        """Whether this account may write into the sheet; whoever validates sends a submitted one back first."""
        path = f"/sessions/{session}"
        page = self.visitor.get(path)
        if page.status == 200 and "data-save-url" in page.text and "data-readonly" in page.text:
            step = self.visitor.get(f"{path}/return")
            if step.status == 200:
                self.visitor.post(f"{path}/return", {**hidden_of(step.text), "reason": "Feuille à compléter"})
                page = self.visitor.get(path)
        return page.status == 200 and "data-save-url" in page.text and "data-readonly" not in page.text

    def work(self, until: float) -> None:
        """Open and send until then."""
        time.sleep(self.random.random() * THINKING)
        while time.perf_counter() < until:
            if self.forms and self.random.random() < self.writing:
                self.random.choice(self.forms)()
            else:
                self._open(self.random.choice(self.pages))
            self._think()

    def _think(self) -> None:
        time.sleep(THINKING * (0.5 + self.random.random()))

    def _open(self, path: str) -> Answer:
        """A page; its names must be this person's own."""
        answer = self._counted(path.partition("?")[0], False, lambda: self.visitor.get(path))
        if answer.status == 200:
            text = answer.text
            shown, address = SHOWN.search(text), ADDRESS.search(text)
            own = shown is not None and unescape(shown[1]) == self.account.name
            if not own or address is None or unescape(address[1]) != self.account.email:
                self.foreign += 1
        return answer

    def _posted(self, path: str, send: Callable[[], Answer]) -> Answer:
        answer = self._counted(f"POST {path}", True, send)
        if answer.status == 302 and answer.location.startswith("/"):
            self._open(answer.location)
        return answer

    def _counted(self, what: str, is_write: bool, ask: Callable[[], Answer]) -> Answer:
        begun = time.perf_counter()
        try:
            answer = ask()
        except (OSError, http.client.HTTPException):
            answer = Answer(0, b"", "", time.perf_counter() - begun)
            self.visitor.close()
        self.entries.append(Entry(what, answer.status, answer.seconds, is_write))
        return answer

    def _mark(self, session: int) -> None:
        """The grid saves a few cells."""
        text = self._open(f"/sessions/{session}").text
        self._think()
        cells = re.findall(r'data-row="(\d+)" data-column="(\d+)"', text)
        some = self.random.sample(cells, min(4, len(cells)))
        body = {
            "cells": [
                {"row": row, "column": column, "value": self.random.choice("PAER")} for row, column in some
            ]
        }
        self._posted(
            f"/sessions/{session}/marks", lambda: self.visitor.post_json(f"/sessions/{session}/marks", body)
        )

    def _edit(self, kind: str, address: str, changed: str) -> None:
        """A record's form as it stands, with one field changed."""
        path = address.format(self.random.choice(self.records[kind]))
        form = self._form(path)
        if form is not None:
            self._send(path, form, {**standing(form), changed: f"Rue {self.random.randrange(10_000)}"})

    def _register(self) -> None:
        """A new association, of the region that the form offers first."""
        path, number = "/associations/new", f"{self.random.randrange(10**9):09d}"
        form = self._form(path)
        if form is not None:
            place = form.filled()["region_id"]
            named = {"name_ar": f"جمعية تجربة {number}", "receipt_no": f"{number}/2026", "region_id": place}
            self._send(path, form, {**standing(form), **named})

    def _form(self, path: str) -> Form | None:
        page = self._open(path)
        form = main_form(page.text) if page.status == 200 else None
        self._think()
        return form

    def _send(self, path: str, form: Form, values: dict[str, str]) -> None:
        sent = {name: text for name, text in values.items() if name in form.names}
        self._posted(path, lambda: self.visitor.post(path, sent))


def standing(form: Form) -> dict[str, str]:
    """What a form sends if nobody types anything; of a choice where none is marked, the first."""
    sent = {}
    for one in form.controls:
        if one.kind in ("radio", "checkbox"):
            if one.is_checked:
                sent[one.name] = one.value
        elif one.kind == "select":
            sent[one.name] = one.value or next(iter(one.values), "")
        elif one.kind not in ("submit", "button", "file", "multiple"):
            sent[one.name] = one.value
    return sent
