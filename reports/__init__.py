"""Reports, defined once and rendered as html, pdf, xlsx, csv and json."""
