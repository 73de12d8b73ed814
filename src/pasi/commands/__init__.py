"""The `pasi` command: one module a sub-command, each with `add_parser` and `run`. It may import every other package."""
