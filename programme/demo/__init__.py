"""The Fès-Meknès demonstration, built by calling the rules."""
