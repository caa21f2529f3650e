"""Compiled kernels: Numba where it exists, plain Python where it does not.

A module with kernels is imported only when a batch is asked for, so that `import crisisgames` and
the solution of a single game never wait for a compiler. What was compiled once is cached on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["COMPILED", "kernel", "prange"]

F = TypeVar("F", bound=Callable[..., Any])

prange: Any = range
try:
    import numba
except ImportError:  # e.g. in a browser: the same functions run, slower
    COMPILED = False
else:
    COMPILED, prange = True, numba.prange


def kernel(*, parallel: bool = False, inline: bool = False) -> Callable[[F], F]:
    """Return a decorator that compiles a function where Numba exists.

    Parameters
    ----------
    parallel : bool
        Whether loops over `prange` run on all cores. Each iteration must be independent, so that
        results do not depend on the number of cores.
    inline : bool
        Whether callers take the function in: worth it where it has many arguments.

    Examples
    --------
    >>> from crisisgames.kernels import kernel
    >>> @kernel()
    ... def twice(x):
    ...     return 2 * x
    >>> twice(3)
    6
    """

    def compiled(function: F) -> F:
        if not COMPILED:
            return function
        # No fastmath: results must not depend on how a compiler reorders sums.
        options: dict[str, Any] = {"nogil": True, "parallel": parallel, "forceinline": inline}
        options["error_model"] = "numpy"
        try:
            jitted: F = numba.njit(cache=True, **options)(function)
        except RuntimeError:  # nowhere to write a cache, or a function typed in by hand
            jitted = numba.njit(**options)(function)
        return jitted

    return compiled
