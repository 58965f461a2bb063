"""Hostile input: odd values, broken workbooks and files, formula text; nothing of it may end in a 500 (STACK.md)."""
