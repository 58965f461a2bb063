"""The whole country at the scale the software must bear (MISSION.md): invented throughout, seeded, written in bulk."""
