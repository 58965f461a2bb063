"""Figures drawn on the server for pages: the reached curve, the bar against a target, the heat grid.

Pure functions of numbers to markup in the reader's language and direction. No style attributes (the content
security policy forbids them): presentation attributes carry the tokens of LOOK.md, classes `viz-*` refine them.
"""

from reports.figures.bar import bar
from reports.figures.curve import Forecast, curve
from reports.figures.heat import heat_grid

__all__ = ["Forecast", "bar", "curve", "heat_grid"]
