"""What a request carries as JSON: read within bounds, so that no body is more than a page that cannot be read."""

from __future__ import annotations

import json
import re
from typing import Any

from flask.json.provider import DefaultJSONProvider

_UNKEPT = re.compile("[\0\ud800-\udfff]")


class BoundedJSON(DefaultJSONProvider):
    """Flask's JSON, of which a body too deep, with endless numbers or with text that no database keeps is refused."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value. Raises ValueError for everything that is no such JSON: Flask answers 400 to it."""
        try:
            value = json.loads(s, parse_constant=_refuse, **kwargs)
            _check(value)
        except RecursionError as deep:
            raise ValueError("too deep") from deep
        return value


def _check(value: Any) -> None:
    if isinstance(value, str) and _UNKEPT.search(value):
        _refuse("text that cannot be kept")
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for one in value:
            _check(one)


def _refuse(name: str) -> Any:
    raise ValueError(name)
