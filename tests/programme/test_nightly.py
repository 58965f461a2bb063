"""The night's work is registered, runs, and leaves what it promises."""

from __future__ import annotations

import datetime as dt
import os

from flask import Flask

from programme import nightly
from programme.base import clock, files, heads, jobs
from programme.base.extensions import db
from programme.config import Settings
from programme.privacy import retention


def test_the_night_writes_the_head_and_sweeps(house: Flask, settings: Settings) -> None:
    before = len(heads.recorded(settings.instance))
    night = dt.datetime.combine(clock.today() + dt.timedelta(days=1), dt.time(3), clock.RABAT)
    done = jobs.do_daily(night)
    assert {"head", "uploads", "exports", "planner"} <= set(done)
    assert len(heads.recorded(settings.instance)) == before + 1
    assert nightly.__doc__


def test_files_without_a_record_are_put_aside_and_go_in_time(house: Flask, settings: Settings) -> None:
    settings.uploads.mkdir(parents=True, exist_ok=True)
    stray = settings.uploads / f"{'0' * 32}.pdf"
    stray.write_bytes(b"%PDF- a crash left it")
    os.utime(stray, (1, 1))
    nightly.sweep_uploads()
    assert stray.exists(), "a database that records no file at all is not the one of this store"
    kept = files.keep(
        db.session, settings.uploads, b"%PDF-1.4\n" + b"kept\n" * 20 + b"%%EOF\n", "a.pdf", None
    )
    name = kept.stored_name
    db.session.commit()
    os.utime(settings.uploads / name, (1, 1))
    nightly.sweep_uploads()
    aside = settings.instance / files.ASIDE / stray.name
    assert aside.read_bytes() == b"%PDF- a crash left it"
    assert not stray.exists()
    assert (settings.uploads / name).exists()
    assert retention.due()["strays"] == 0, "its time begins when it is put aside"
    long_after = clock.now() + dt.timedelta(days=91)
    assert retention.due(long_after)["strays"] == 1
    aside.unlink()
    (settings.uploads / name).unlink()
