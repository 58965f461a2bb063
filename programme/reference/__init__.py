"""Reference data shipped with the programme: territory with HCP codes, and its boundaries."""
