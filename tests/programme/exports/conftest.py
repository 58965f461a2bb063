"""Each test begins with an empty queue and no file."""

from __future__ import annotations

import pytest
from flask import Flask

from programme.base import jobs
from programme.exports import making


@pytest.fixture(autouse=True)
def nothing_left(house: Flask) -> None:
    jobs.queue().empty()
    making.remove([path.name for path in making.folder().glob("*")])
