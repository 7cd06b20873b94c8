"""The examples of the guides that need a server: each request, sent as it is written."""

import argparse
import re
import shlex
from pathlib import Path

import httpx
import pytest

from tests.project.sources import ROOT
from tests.qa.server.serving import Served

HANDBOOK = "# 员工手册\n\n## 年假\n\n工作满一年的员工每年有五天带薪年假。\n"


def examples(document: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / document).read_text("utf-8"), re.M | re.S)
    return [line for line in "".join(blocks).splitlines() if line]


def sent(example: str, server: Served, desk: Path) -> httpx.Response:
    """What curl would send; there may be no curl here."""
    options = argparse.ArgumentParser()
    options.add_argument("url")
    options.add_argument("-X", dest="method")
    options.add_argument("-H", dest="headers", action="append", default=[])
    options.add_argument("-d", dest="data")
    options.add_argument("-F", dest="form")
    program, *arguments = shlex.split(example)
    assert program == "curl"
    given = options.parse_args(arguments)
    url = given.url.replace("http://127.0.0.1:7860", server.url)
    assert url.startswith(server.url)
    headers = dict(header.split(": ", 1) for header in given.headers)
    if given.form is not None:
        field, _, name = given.form.partition("=@")
        return httpx.post(url, files={field: (name, (desk / name).read_bytes())})
    method = given.method or ("GET" if given.data is None else "POST")
    content = None if given.data is None else given.data.encode()
    return httpx.request(method, url, headers=headers, content=content)


@pytest.mark.parametrize("document", ["docs/guide.md", "docs/guide.zh.md"])
def test_every_request_of_the_guide_is_answered(
    document: str, writable: Served, tmp_path: Path
) -> None:
    (tmp_path / "handbook.md").write_text(HANDBOOK, "utf-8")
    assert len(examples(document)) == 9
    for example in examples(document):
        answer = sent(example, writable, tmp_path)
        assert answer.status_code in (200, 201), f"{example}\n{answer.text}"
