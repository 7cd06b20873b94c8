"""Measure the memory of another process."""

import re
import subprocess
import sys
from pathlib import Path

#: Whether RLIMIT_AS is enforced. macOS has it and does nothing about it; Windows has none.
MEMORY_IS_BOUND = sys.platform not in ("darwin", "win32")


def memory_of(pid: int) -> int:
    """Return the memory of a process, in bytes; 0 where that cannot be found out.

    On Linux it is the most that the process has had, elsewhere what it has now.
    """
    if sys.platform == "linux":
        return _on_linux(pid)
    return _on_windows(pid) if sys.platform == "win32" else _by_ps(pid)


def _on_linux(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended, or there is no /proc
        return 0
    most = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return 1024 * int(most[1]) if most else 0


def _by_ps(pid: int) -> int:
    command = ["/bin/ps", "-o", "rss=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    kilobytes = shown.stdout.strip()
    return 1024 * int(kilobytes) if kilobytes.isdecimal() else 0


def _on_windows(pid: int) -> int:
    if sys.platform != "win32":
        return 0
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of the Windows API."""

        _fields_ = (
            ("cb", wintypes.DWORD),
            ("faults", wintypes.DWORD),
            *((f"size_{number}", ctypes.c_size_t) for number in range(8)),
        )

    kernel = ctypes.WinDLL("kernel32")
    kernel.OpenProcess.restype = wintypes.HANDLE
    kernel.K32GetProcessMemoryInfo.argtypes = (
        wintypes.HANDLE,
        ctypes.POINTER(Counters),
        wintypes.DWORD,
    )
    kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return 0
    try:
        found = Counters()
        found.cb = ctypes.sizeof(found)
        known = kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(found), found.cb)
        return int(found.size_1) if known else 0  # WorkingSetSize
    finally:
        kernel.CloseHandle(handle)
