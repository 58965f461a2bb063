"""Organisations and the agreements that they sign and keep."""
