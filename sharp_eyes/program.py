"""This program as a command: verbs start other verbs as children, and import none of them."""

import sys


def command(*arguments: str) -> list[str]:
    """What to execute for `sharp-eyes ARGUMENTS`, whatever is installed where."""
    return [sys.executable, "-P", "-c", "from sharp_eyes.cli import main; main()", *arguments]


def exit_code(returned: int) -> int:
    """As a shell has it: a child that a signal ended counts from 128."""
    return returned if returned >= 0 else 128 - returned
