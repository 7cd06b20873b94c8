"""What the Space's builder reads before it runs anything: the head of ``README.md``."""

import re
from pathlib import Path

import gradio
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def front_matter() -> dict[str, str]:
    """The front matter's top-level settings; its one list is joined by commas."""
    head = (ROOT / "README.md").read_text("utf-8").split("---\n", 2)[1]
    joined = re.sub(r"\n  - ", ",", head)
    return {key: value.strip() for key, _, value in (x.partition(":") for x in joined.splitlines())}


def test_it_says_all_that_a_space_needs(front_matter: dict[str, str]) -> None:
    assert front_matter.keys() == {
        "title",
        "emoji",
        "colorFrom",
        "colorTo",
        "sdk",
        "sdk_version",
        "python_version",
        "app_file",
        "pinned",
        "license",
        "short_description",
        "tags",
    }
    assert front_matter["sdk"] == "gradio"
    assert front_matter["license"] == "apache-2.0"
    assert len(front_matter["short_description"]) <= 60  # the hub refuses a longer one
    assert front_matter["tags"] == ",question-answering,retrieval,citations,chinese,offline"


def test_its_gradio_is_the_one_that_is_tested(front_matter: dict[str, str]) -> None:
    constraints = (ROOT / "requirements" / "constraints.txt").read_text("utf-8").splitlines()
    assert f"gradio=={front_matter['sdk_version']}" in constraints
    assert gradio.__version__ == front_matter["sdk_version"]


def test_its_entry_is_there(front_matter: dict[str, str]) -> None:
    assert front_matter["app_file"] == "app.py"
    assert (ROOT / "app.py").is_file()


def test_its_python_is_the_oldest_that_the_project_supports(front_matter: dict[str, str]) -> None:
    python = front_matter["python_version"].strip('"')
    assert f'requires-python = ">={python}"' in (ROOT / "pyproject.toml").read_text("utf-8")
