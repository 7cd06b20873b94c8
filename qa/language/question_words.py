"""The words that make a question, in Chinese and English.

Chinese text is folded first, so that the tables here hold Simplified characters only.
"""

import re

from corpus.characters import HAN
from qa.language.terms import fold

# 多大, but not 很多大学; 几天, but not 几乎 and 十几; 何时, but not 任何时候 and the name 何.
_CHINESE = (
    r"[吗谁怎咋啥]|什么|甚么|干嘛|[是能可会]否|[如为有因]何|(?<!任)何[时地处种人物以为故]"
    r"|哪(?!怕)[些几个]?|(?<![十百千好])几(?![乎何])[些个]?"
    r"|(?<![很许更太众诸])多[少久长大高远宽深重厚快早晚]"
)
# 能不能, 有没有, 是不是; but not 动不动 and 时不时, which are adverbs.
_A_NOT_A = rf"(?![动时][不没])([{HAN}])[不没](?:\1)"
_ENGLISH = r"\b(?:what|which|who|when|where|why|how)\b"
# In the middle of a sentence these are relative pronouns, as in "workers whose wages are late".
_ENGLISH_FIRST = r"\b(?:whose|whom)\b"
# Clauses that ask begin with these; in the middle of a clause they are ordinary verbs.
_AUXILIARIES = (
    "is|are|am|was|were|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would"
)

_QUESTION_WORD = re.compile(f"{_CHINESE}|{_A_NOT_A}|{_ENGLISH}")
_BEGINS_QUESTION = re.compile(rf"\W*(?:{_ENGLISH}|{_ENGLISH_FIRST}|(?:{_AUXILIARIES})\b)")
_CLAUSE_ASKS = re.compile(rf"[,;]\s*(?:(?:and|but|so|then)\s+)?(?:{_AUXILIARIES})\b")
_CHINESE_QUESTION_WORD = re.compile(f"{_CHINESE}|{_A_NOT_A}")

_HOW = re.compile(
    r"怎[么样]|如何|步骤|流程|手续|\bhow (?:do|does|to|can|should)\b|\bsteps?\b",
)
_SEVERAL = re.compile(
    r"哪些|哪几|哪[两二三四五六七八九十]|几(?:个|项|点|种|条|类|大|步|级|档|方面)|分别"
    r"|\b(?:which|what) (?:\w+ )?(?:are|were)\b|\bwhat (?:kinds|types|steps|measures)\b",
)
_EACH = re.compile(r"各|分别|\b(?:both|each)\b")


def count_question_words(text: str) -> int:
    """Return the number of question words in a text. Auxiliaries are not counted."""
    return sum(1 for _ in _QUESTION_WORD.finditer(fold(text)))


def has_question_word(text: str) -> bool:
    """Return whether a text has a question word, or a clause that begins with an auxiliary."""
    folded = fold(text)
    return bool(
        _QUESTION_WORD.search(folded)
        or _BEGINS_QUESTION.match(folded)
        or _CLAUSE_ASKS.search(folded)
    )


def is_question(heading: str) -> bool:
    """Return whether a heading reads as a question.

    In English a question word must come first: "Employees who resign" asks nothing.
    """
    folded = fold(heading)
    return bool(
        folded.endswith("?")
        or _CHINESE_QUESTION_WORD.search(folded)
        or _BEGINS_QUESTION.match(folded)
    )


def asks_how(question: str) -> bool:
    """Return whether a question asks how something is done, or for its steps."""
    return _HOW.search(fold(question)) is not None


def asks_for_several(question: str) -> bool:
    """Return whether a question asks for more than one thing: 哪些, 几项, "what are"."""
    return _SEVERAL.search(fold(question)) is not None


def asks_twice(question: str) -> bool:
    """Return whether a question asks two things: with two question words, or about each."""
    return count_question_words(question) > 1 or _EACH.search(fold(question)) is not None
