"""Forms read off a page and filled in as a hurried person would: something plausible in every empty field."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

PAPER = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
FILLED = {
    "date": "2023-09-08",
    "email": "quelquun@example.ma",
    "tel": "0661000000",
    "number": "5",
    "password": "une phrase assez longue",
}


@dataclass
class Control:
    """One field as the page has it; `values` of a choice are those on offer."""

    name: str
    kind: str
    value: str = ""
    values: list[str] = field(default_factory=list)
    is_checked: bool = False


@dataclass
class Form:
    """One POST form of a page."""

    action: str
    controls: list[Control] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {one.name for one in self.controls}

    @property
    def is_versioned(self) -> bool:
        """It carries the version that was read; a version that somebody types is a field like any other."""
        return any(one.name == "version" and one.kind == "hidden" for one in self.controls)

    def value(self, name: str) -> str:
        return next(one.value for one in self.controls if one.name == name)

    def filled(self, **given: Any) -> dict[str, Any]:
        """What a browser would send: what stands there, something in what is empty, and `given` over both."""
        sent: dict[str, Any] = {}
        for one in self.controls:
            if one.kind in {"submit", "button"}:
                continue
            if one.kind == "file":
                sent[one.name] = (io.BytesIO(PAPER), "piece.pdf")
            elif one.kind in {"radio", "checkbox"}:
                if one.is_checked or (one.kind == "radio" and one.name not in sent):
                    sent[one.name] = one.value
            elif one.kind == "select":
                sent[one.name] = one.value or next((v for v in one.values if v), "")
            elif one.kind == "multiple":
                sent[one.name] = [one.value] if one.value else [v for v in one.values if v][:1]
            else:
                sent[one.name] = one.value or _something(one)
        return {name: value for name, value in {**sent, **given}.items() if name != "csrf_token"}


def _something(one: Control) -> str:
    if one.kind == "hidden" or "-" in one.name:  # rows of a table may stay empty
        return ""
    return FILLED.get(one.kind, "نص" if one.name.endswith("_ar") else "12")


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Control | None = None
        self._area: Control | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(found.get("action", ""))
            if found.get("method", "").lower() == "post":
                self.forms.append(self._form)
        if self._form is None:
            return
        name = found.get("name", "")
        if tag == "input" and name:
            kind = found.get("type", "text")
            self._form.controls.append(
                Control(name, kind, found.get("value", ""), is_checked="checked" in found)
            )
        elif tag == "select" and name:
            self._select = Control(name, "multiple" if "multiple" in found else "select")
            self._form.controls.append(self._select)
        elif tag == "option" and self._select is not None:
            self._select.values.append(found.get("value", ""))
            if "selected" in found:
                self._select.value = found.get("value", "")
        elif tag == "textarea" and name:
            self._area = Control(name, "textarea")
            self._form.controls.append(self._area)

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self._area.value = self._area.value.strip()
            self._area = None


def forms_of(text: str) -> list[Form]:
    """The POST forms of a page."""
    return _Reader(text).forms


def main_form(text: str) -> Form | None:
    """The form of the page itself: the one with a one-time key."""
    return next((one for one in forms_of(text) if "once" in one.names), None)
