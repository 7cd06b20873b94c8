"""What a reading process may not do, tried in such a process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

TRYING = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
import ctypes, socket, subprocess, shutil, tempfile
from corpus.confined.restrictions import Bounds, bound, confine
libc = ctypes.CDLL(None, use_errno=True)
bound(Bounds(1_000_000_000, 20, 0))
confine()
place = sys.argv[2]

def by_kernel(path, flags):
    number = libc.open(path.encode(), flags, 0o600)
    return "open" if number >= 0 else "refused"

trials = {
    "a socket": lambda: socket.socket(),
    "a name": lambda: socket.getaddrinfo("localhost", 80),
    "a program": lambda: subprocess.run(["true"]),
    "a shell": lambda: os.system("true"),
    "a fork": lambda: os.fork(),
    "write": lambda: open(place + "/new", "w"),
    "append": lambda: open(place + "/there", "a"),
    "read": lambda: open(place + "/there").read(),
    "read by a way around": lambda: open(sys.prefix + "/../../../../.." + place + "/there").read(),
    "remove": lambda: os.remove(place + "/there"),
    "rename": lambda: os.rename(place + "/there", place + "/x"),
    "folder": lambda: os.mkdir(place + "/x"),
    "temporary": lambda: tempfile.NamedTemporaryFile(),
    "kill": lambda: os.kill(os.getppid(), 0),
}
found = {}
for name, trial in trials.items():
    try:
        trial()
        found[name] = "done"
    except OSError:
        found[name] = "refused"
import colorsys  # modules can be imported still
found["read by the kernel"] = by_kernel(place + "/there", os.O_RDONLY)
found["write by the kernel"] = by_kernel(place + "/there", os.O_WRONLY)
found["create by the kernel"] = by_kernel(place + "/new", os.O_CREAT | os.O_WRONLY)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    place = tmp_path_factory.mktemp("place")
    (place / "there").write_text("text", encoding="utf-8")
    command = [sys.executable, "-c", TRYING, str(ROOT), str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (place / "there").read_text("utf-8") == "text"
    assert [each.name for each in place.iterdir()] == ["there"]
    results: dict[str, str] = json.loads(done.stdout)
    return results


def test_python_refuses_network_programs_and_files(found: dict[str, str]) -> None:
    allowed = {name for name, what in found.items() if what != "refused"}
    assert {name for name in allowed if not name.endswith("kernel")} == set()


@pytest.mark.skipif(
    not Path("/sys/kernel/security").exists() or sys.platform != "linux",
    reason="only Linux has Landlock",
)
def test_the_kernel_refuses_files_where_it_can(found: dict[str, str]) -> None:
    if found["read by the kernel"] == "open":
        pytest.skip("this kernel has no Landlock, or it is switched off")
    assert found["write by the kernel"] == "refused"
    assert found["create by the kernel"] == "refused"
