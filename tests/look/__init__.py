"""The look: vendored parts, templates and styles keep the promises of the house."""
