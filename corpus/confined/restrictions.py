"""Takes away from this process what reading a file does not need.

What each system enforces is in ``docs/security.md``; keep it true when this changes.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

if sys.platform != "win32":
    import resource

_OPEN_FILES = 32  # modules that are imported late are files
_SPARE_SECONDS = 2

# Raised by Python before it does what they name; see "Audit events table" in its manual.
_FORBIDDEN = (
    *("socket.", "subprocess.", "shutil.", "tempfile.", "pty.", "winreg.", "urllib.", "ftplib."),
    *("smtplib.", "http.client.", "signal.pthread_kill", "os."),
)
_ALLOWED = frozenset(
    ("os.listdir", "os.scandir", "os.putenv", "os.unsetenv", "os.add_dll_directory")
)
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Bounds(NamedTuple):
    """The resources that a process may use.

    Attributes:
        memory_bytes: address space.
        cpu_seconds: for one file.
        spare_cpu_seconds: for what it reads before that file.
    """

    memory_bytes: int
    cpu_seconds: int
    spare_cpu_seconds: int


def bound(bounds: Bounds) -> None:
    """Bound memory, computing time and files of this process, where the system can."""
    if sys.platform == "win32":
        return
    cpu = bounds.cpu_seconds + bounds.spare_cpu_seconds + _SPARE_SECONDS
    for kind, most in (
        ("RLIMIT_AS", bounds.memory_bytes),
        ("RLIMIT_CPU", cpu),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", _OPEN_FILES),
        ("RLIMIT_NPROC", 0),  # root is exempt
        ("RLIMIT_CORE", 0),
    ):
        if (number := getattr(resource, kind, None)) is not None:
            with suppress(ValueError, OSError):  # a lower one is set already
                resource.setrlimit(number, (most, most))


def bound_next_file(cpu_seconds: int) -> None:
    """Let the system end this process when the next file takes more computing time."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(used.ru_utime + used.ru_stime) + cpu_seconds + 1
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (min(most, hard) if hard > 0 else most, hard))


def confine() -> None:
    """Forbid network, writing, other programs, and files that are no part of Python; for good."""
    os.chdir(os.sep)
    readable = _readable()
    if sys.platform == "linux":
        _be_killed_first()
        _confine_by_kernel(readable)
    _confine_by_audit(readable)


def _readable() -> list[str]:
    """The folders and files that importing a module may need.

    Not the first of ``sys.path``, which is that of the program or the one it was started
    in, nor one that holds the user's home.
    """
    places = [Path(place) for place in (sys.prefix, sys.base_prefix, sys.exec_prefix)]
    places += [Path(__file__).parents[1], *map(Path, _SYSTEM)]
    places += map(Path, os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep))
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  # raises nothing where there is none
    places += [Path(place) for place in sys.path[1:] if not home.is_relative_to(place)]
    found = {str(place.resolve()) for place in places if place.is_absolute() and place.exists()}
    return sorted(found - {os.sep})


def _be_killed_first() -> None:
    """Let the kernel, should memory run out, end this process before any other."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _confine_by_audit(readable: Iterable[str]) -> None:
    roots = tuple(f"{path}{os.sep}" for path in readable)

    def check(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            _check_open(arguments, roots)
        elif event.startswith(_FORBIDDEN) and event not in _ALLOWED:
            raise PermissionError(f"a reading process may not {event}")

    sys.addaudithook(check)


def _check_open(arguments: tuple[object, ...], roots: tuple[str, ...]) -> None:
    path, _, flags = arguments
    if isinstance(flags, int) and flags & _WRITING:
        raise PermissionError("a reading process may not write")
    if isinstance(path, int):  # open already
        return
    name = os.fsdecode(path) if isinstance(path, str | bytes) else ""
    if not str(Path(name).resolve()).startswith(roots):
        raise PermissionError("a reading process may not open this file")


# Landlock: https://docs.kernel.org/userspace-api/landlock.html. The numbers are the same on
# every architecture and never change.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1  # flag: ask for the version
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_ALL_OF_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_OF_FILES_NOW = (1 << 16) - 1
_ALL_OF_TCP = 0b11  # bind, connect
_ALL_SCOPES = 0b11  # abstract sockets and signals to processes outside
_NO_NEW_PRIVILEGES = 38


def _confine_by_kernel(readable: Iterable[str]) -> None:
    """Let the kernel refuse files and TCP, from 5.13 and 6.7 on; older ones do nothing."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if version < 1:
        return
    fields = [_ALL_OF_FILES.get(version, _ALL_OF_FILES_NOW)]
    fields += [_ALL_OF_TCP] if version >= 4 else []
    fields += [_ALL_SCOPES] if version >= 6 else []
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return
    for path in readable:
        _allow(libc, ruleset, path)
    libc.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    rights = _READ_FILE | _READ_DIR if Path(path).is_dir() else _READ_FILE
    with suppress(OSError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rule = struct.pack("=Qi", rights, place)
            libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
        finally:
            os.close(place)
