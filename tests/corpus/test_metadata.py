"""Titles and authors that files state about themselves."""

import pytest

from corpus.metadata import names_part, names_people, stated_author, stated_title


@pytest.mark.parametrize(
    "title",
    ["前 言", "目录", "Table of Contents", "第三章 考勤", "第一回 开篇", "1", "Preface", "README"],
)
def test_a_part_is_no_title(title: str) -> None:
    assert names_part(title)
    assert stated_title(title) is None


@pytest.mark.parametrize(
    "title", ["员工手册", "目录学概论", "序言与跋：文集", "2031 年度总结", "Contents Law"]
)
def test_a_title_may_begin_like_a_part(title: str) -> None:
    assert stated_title(title) == title


@pytest.mark.parametrize(
    "account", ["dell", "HP", "Lenovo", "123", "e510", "行叭", "IEUser", "Account Team", "zhangsan"]
)
def test_an_account_is_nobody(account: str) -> None:
    assert not names_people(account)


@pytest.mark.parametrize(
    "author",
    [
        "陈立秋",
        "立秋 陈",
        "陈 立秋",
        "Anna Berg",
        "Berg, Anna",
        "陈立秋;周小满",
        "E. F. Moreau",
        "总务处",
    ],
)
def test_people_and_offices_have_written_a_file(author: str) -> None:
    assert names_people(author)


@pytest.mark.parametrize("author", ["Un-named", "104363", "a@example.com", "CSDN.NET", "佚名"])
def test_a_placeholder_is_no_author(author: str) -> None:
    assert stated_author(author) is None
