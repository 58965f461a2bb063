"""Which parameters a view asks for: noted while it asks, so that no list of them has to be kept by hand."""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict

NOTED: set[str] = set()
"""Names asked for since it was last cleared."""


class _Parameters(ImmutableMultiDict[str, str]):
    """The parameters of a request, which remember what they were asked for."""

    def __contains__(self, name: object) -> bool:
        NOTED.add(str(name))
        return super().__contains__(name)

    def __getitem__(self, name: str) -> str:
        NOTED.add(str(name))
        return super().__getitem__(name)

    def getlist(self, name: str, *args: Any, **kwargs: Any) -> Any:
        NOTED.add(str(name))
        return super().getlist(name, *args, **kwargs)


class RecordingRequest(Request):
    """Flask's request with parameters that remember."""

    parameter_storage_class = _Parameters
