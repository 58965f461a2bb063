"""The night's work is registered, runs, and leaves what it promises."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from programme import nightly
from programme.base import clock, heads, jobs
from programme.config import Settings


def test_the_night_writes_the_head_and_sweeps(house: Flask, settings: Settings) -> None:
    before = len(heads.recorded(settings.instance))
    night = dt.datetime.combine(clock.today() + dt.timedelta(days=1), dt.time(3), clock.RABAT)
    done = jobs.do_daily(night)
    assert {"head", "uploads", "exports"} <= set(done)
    assert len(heads.recorded(settings.instance)) == before + 1
    assert nightly.__doc__
