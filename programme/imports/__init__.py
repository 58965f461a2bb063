"""Imports of workbooks through pages and commands (WORKBOOKS.md)."""
