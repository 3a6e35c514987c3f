"""The subcommands of `reporter`, one a module: HELP, add_arguments(parser), run(args) -> exit code."""
