"""Measurements, not tests: `make bench` prints them; nothing here can fail on a slow machine."""
