"""Import of workbooks: safe reading, columns, kinds, one run, its undoing, the template, the coloured copy.

Knows no room and no flask. Rooms register an `ImportKind` (`kinds.py`); commands and pages call `run_import`
and `undo` (`run.py`, `undo.py`).
"""
