"""Starts a program that ends when its parent does.

    python -P -m workers.tether PARENT COMMAND…

Becomes COMMAND; the kernel sends it SIGTERM when the process PARENT is gone, however that ended.
"""

import os
import signal
import sys

from workers.process_tree import die_with_parent


def main() -> None:
    """The program above."""
    parent, *command = sys.argv[1:]
    die_with_parent(signal.SIGTERM, int(parent))
    os.execvp(command[0], command)  # noqa: S606 - our own programs, from a list


if __name__ == "__main__":
    main()
