"""Runs inside the sandbox, before anything of a stranger's is read: takes the limits on, then becomes the program.

launch.py LIMITS LIBRARIES PROGRAM…: LIMITS is JSON, names of the module `resource` to numbers; LIBRARIES is a folder of
Python packages or ""; PROGRAM is a Python file, or a program that takes this process over.
"""

import json
import os
import resource
import runpy
import sys


def main() -> None:
    """A limit that cannot be set ends the process: better nothing is shown."""
    limits, libraries, program = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3:]
    for name, value in limits.items():
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (most, most))
    if not program[0].endswith(".py"):
        os.execve(program[0], program, {})  # noqa: S606 - a program of the console's own choice
    if libraries:
        sys.path.insert(0, libraries)
    sys.argv = program
    runpy.run_path(program[0], run_name="__main__")


main()
