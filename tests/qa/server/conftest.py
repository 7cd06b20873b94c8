"""A small library of our own, and ``wenju serve`` over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library import Library
from tests.qa.server.serving import Served, wenju_serve

LIGHTHOUSE = """# 白沙灯塔参观须知

作者：林小满

## 开放时间

白沙灯塔每天上午九点开放，下午五点停止入场。遇到台风蓝色以上预警，灯塔临时关闭，已购门票三十天内可以改期。

## 登塔

登塔共有一百六十八级台阶，没有电梯。身高不足一米二的儿童须由成人陪同登塔。
"""
FERRY = """# Ferry handbook

By Ada Finch

## Luggage

Each passenger may bring two bags on board free of charge. A bicycle counts as one bag and must \
be tied to the rail on the lower deck.

## Refunds

Tickets are refunded in full when a sailing is cancelled by more than two hours. A missed sailing \
is not refunded.
"""


def make_library(path: Path) -> Path:
    with Library.open(path) as library:
        library.add_bytes("灯塔.md", LIGHTHOUSE.encode())
        library.add_bytes("ferry.md", FERRY.encode())
    return path


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that no test changes."""
    return make_library(tmp_path_factory.mktemp("served") / "test.library")


@pytest.fixture(scope="session")
def server(library_folder: Path) -> Iterator[Served]:
    """``wenju serve`` for this machine alone."""
    with wenju_serve(library_folder) as served:
        yield served


@pytest.fixture(scope="session")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same over a library that tests change; each leaves it as it was."""
    with wenju_serve(make_library(tmp_path_factory.mktemp("served") / "own.library")) as served:
        yield served


@pytest.fixture
def own_library(tmp_path: Path) -> Path:
    """A library that a test may change."""
    return make_library(tmp_path / "own.library")
