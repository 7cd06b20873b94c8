"""The structure of the product: who may import whom, and how full a folder may be."""

import ast
import importlib
from collections import Counter

import pytest

from tests.project.sources import (
    PACKAGES,
    ROOT,
    imported_modules,
    imports_of,
    module_name,
    package_modules,
)

MAY_IMPORT = {
    "app": {"qa"},
    "qa": {"qa", "corpus", "embeddings"},
    "corpus": {"corpus"},
    "embeddings": {"embeddings"},
}
# Inside ``qa``, from the surfaces down: each line may import those below it.
FLOORS = (
    ("cli",),
    ("server",),
    ("ui",),
    ("sharing",),
    ("evaluation", "adapters", "portable"),
    ("library",),
    ("conversation",),
    ("writer", "answering"),
    ("ingestion", "retrieval"),
    ("storage",),
    ("language",),
    ("messages_zh",),
    ("results", "arguments", "lifetime", "progress"),
    ("errors",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Modules of the other two packages from which ``qa`` may import by name. Everything else it
# takes from the packages themselves, which export no file format and no class of a model.
PUBLIC_MODULES = {
    "corpus.characters",  # classes of characters: one table for layout, search and answers
    "corpus.list_markers",  # likewise, of items and rows
    "corpus.numerals",  # likewise, of numbers in Chinese
    "corpus.confined.messages",  # what a reading process is asked, and answers
    "corpus.confined.restrictions",  # the bounds that it is started with
    "corpus.readers.ocr.lines",  # what is recognised in pictures, page by page
    "corpus.plugins",  # the registry of extensions, which both packages use
    "embeddings.protocols",  # types of arrays
    "embeddings.index.flat",  # likewise
    "embeddings.index.vector_index",  # likewise
    "embeddings.loading",  # the name of the bundled model
}
SURFACES = ("qa/cli", "qa/server", "qa/ui")
MODULES_IN_A_FOLDER = 12
MODULES_IN_A_SURFACE = 20

IMPORTS = {module_name(path): imported_modules(path) for path in package_modules()}


def room_of(module: str) -> str:
    return module.partition(".")[0]


def room_inside_qa(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_between_packages_point_one_way(room: str) -> None:
    modules = [module for module in IMPORTS if room_of(module) == room]
    assert modules
    ours = {"app", *PACKAGES}
    broken = [
        f"{module} imports {name}"
        for module in modules
        for name in IMPORTS[module]
        if room_of(name) in ours - MAY_IMPORT[room]
    ]
    assert broken == []


def test_qa_imports_what_the_other_packages_export() -> None:
    exported = {
        f"{package}.{name}"
        for package in ("corpus", "embeddings")
        for name in importlib.import_module(package).__all__
    }
    broken = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in package_modules()
        if room_of(module_name(path)) == "qa"
        for name in imports_of(path)
        if room_of(name) in ("corpus", "embeddings")
        and name not in exported
        and name.rpartition(".")[0] not in PUBLIC_MODULES
    ]
    assert broken == []


def test_every_room_of_qa_has_its_floor() -> None:
    rooms = {room_inside_qa(module) for module in IMPORTS if module.startswith("qa.")}
    assert rooms == set(FLOOR)


def test_imports_inside_qa_point_down() -> None:
    broken = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if module.startswith("qa.")
        for name in names
        if name.startswith("qa.")
        and room_inside_qa(name) != room_inside_qa(module)
        and FLOOR[room_inside_qa(name)] <= FLOOR[room_inside_qa(module)]
    ]
    assert broken == []


def test_no_module_imports_the_public_face() -> None:
    broken = [
        module for module, names in IMPORTS.items() if room_of(module) == "qa" and "qa" in names
    ]
    assert broken == []


def test_imports_form_no_circle() -> None:
    """Those under ``TYPE_CHECKING`` and inside functions count."""
    left = {module: set(names) & set(IMPORTS) - {module} for module, names in IMPORTS.items()}
    while free := [module for module, names in left.items() if not names]:
        for module in free:
            del left[module]
        for names in left.values():
            names.difference_update(free)
    assert left == {}


def test_the_product_does_not_import_the_training_recipe() -> None:
    broken = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if not module.startswith("embeddings.training")
        for name in names
        if name.startswith("embeddings.training")
    ]
    assert broken == []


def test_a_folder_holds_about_a_dozen_modules() -> None:
    counts = Counter(
        path.parent.relative_to(ROOT).as_posix()
        for path in package_modules()
        if path.name not in ("__init__.py", "__main__.py")
    )
    crowded = {
        folder: count
        for folder, count in counts.items()
        if count > (MODULES_IN_A_SURFACE if folder in SURFACES else MODULES_IN_A_FOLDER)
    }
    assert crowded == {}


def test_tests_mirror_the_folders() -> None:
    """Each folder of tests of a package is named as the folder that it tests."""
    tested = [
        path.relative_to(ROOT / "tests")
        for package in PACKAGES
        for path in (ROOT / "tests" / package).rglob("*")
        if path.is_dir() and any(path.glob("test_*.py"))
    ]
    assert [path for path in tested if not (ROOT / path).is_dir()] == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in package_modules()
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []
