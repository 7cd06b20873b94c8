"""What Wenju says in words of its own, in the language and the characters of the question."""

from corpus.characters import has_han
from qa.language.scripts import chinese_script, in_script
from qa.results import ShortAnswer

_VERDICTS = {"yes": ("是", "Yes"), "no": ("否", "No")}


def not_answered(question: str) -> str:
    """Return the sentence for a question that the documents do not answer."""
    return _in_language_of(
        question, "这些文档没有回答这个问题。", "The documents do not answer this question."
    )


def possibly_here(question: str) -> str:
    """Return the words above a passage that may answer a question, but may not either."""
    return _in_language_of(question, "可能在这里：", "This may be it:")


def short_words(short: ShortAnswer, question: str) -> str:
    """Return the words of a short answer, after a yes or no if they decide one."""
    words = short.text.strip()
    if short.verdict is None:
        return words
    chinese, english = _VERDICTS[short.verdict]
    return _in_language_of(question, f"{chinese}：", f"{english}: ") + words


def _in_language_of(question: str, chinese: str, english: str) -> str:
    if not has_han(question):
        return english
    return in_script(chinese, chinese_script(question))
