"""Sessions, panels, accompaniment visits, their half-day sittings and attendance (glossary: session, sitting)."""
