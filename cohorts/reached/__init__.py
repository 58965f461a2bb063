"""Reached associations, counted once each with the evidence behind them (RULES, Counting)."""
