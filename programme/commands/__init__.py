"""One module a family of commands, each with `register(group)`."""
