"""Territory: regions, prefectures and provinces, communes (RULES A1)."""
