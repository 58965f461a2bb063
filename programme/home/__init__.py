"""Home by role, region page, search and to-dos."""
