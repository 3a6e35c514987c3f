"""`python -m tests.benchmarks [NAME...]`: all benchmarks, or those named; each is a module here with run()."""

import sys
from importlib import import_module
from pathlib import Path

NOT_BENCHMARKS = {"__init__", "__main__", "report"}


def main(names: list[str]) -> int:
    """Runs them one after the other."""
    known = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - NOT_BENCHMARKS)
    for name in names:
        if name not in known:
            print(f"No benchmark {name}; there are: {', '.join(known)}", file=sys.stderr)
            return 2
    for name in names or known:
        if hasattr(module := import_module(f"tests.benchmarks.{name}"), "run"):
            module.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
