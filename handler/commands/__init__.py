"""The console's command line: one module a command, with `add_arguments(parser)` and `run(args) -> exit code`."""
