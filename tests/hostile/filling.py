"""The forms of a page as a browser would send them, each field with a value that may pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_BY_TYPE = {
    "date": "2023-09-10",
    "number": "3",
    "email": "a@example.ma",
    "tel": "0612345678",
    "time": "09:30",
}


@dataclass(slots=True)
class Form:
    """One form: where it is sent, how, and its values by name; `kinds` tells a field's type."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._address = address
        self._form: Form | None = None
        self._select = self._area = ""
        self._options: list[tuple[str, bool]] = []
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(found.get("action") or self._address, found.get("method", "get").upper())
            self.forms.append(self._form)
        elif self._form is None or "disabled" in found:
            return
        elif tag == "option" and self._select:
            self._options.append((found.get("value", ""), "selected" in found))
        elif name := found.get("name", ""):
            self._field(tag, name, found)

    def _field(self, tag: str, name: str, found: dict[str, str]) -> None:
        assert self._form is not None
        if tag == "select":
            self._select, self._options = name, []
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag in ("input", "button"):
            kind = found.get("type", "text" if tag == "input" else "submit")
            self._form.kinds[name] = kind
            value = found.get("value", "")
            if kind in ("radio", "checkbox"):
                if "checked" in found or name not in self._form.values:
                    self._form.values[name] = [value or "y"]
            elif kind not in ("file", "submit") or value:
                self._form.values.setdefault(name, []).append(value or _BY_TYPE.get(kind, "Texte"))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if self._form is None:
            return
        if tag == "select" and self._select:
            chosen = [value for value, is_chosen in self._options if is_chosen and value]
            filled = [value for value, _chosen in self._options if value]
            self._form.values[self._select] = (chosen or filled or [""])[:1]
            self._form.kinds[self._select] = "select"
            self._select = ""
        elif tag == "textarea" and self._area:
            self._form.values[self._area] = [self._text.strip() or "Texte"]
            self._form.kinds[self._area] = "textarea"
            self._area = ""


def forms_of(text: str, address: str) -> list[Form]:
    """Every form of a page that was opened at `address`."""
    reader = _Reader(address)
    reader.feed(text)
    return reader.forms
