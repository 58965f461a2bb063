"""Prepared exports: a report too large for a page is made beside the requests and fetched when it is ready."""
