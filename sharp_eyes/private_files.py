"""What our processes write is their owner's alone: stores, journals, sockets."""

import os


def keep_files_private() -> None:
    """From now on nobody else may read what this process and its children make.

    Said once at the start of every verb that runs for long; files that are there stay as they are.
    """
    os.umask(0o077)
