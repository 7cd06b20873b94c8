"""The script of a text: Chinese characters or letters, Simplified or Traditional Chinese."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from embeddings import TokenEncoder
from embeddings.index.flat import Mask
from embeddings.protocols import FloatArray, IntArray
from qa.language.terms import simplified_characters

if TYPE_CHECKING:
    from opencc import OpenCC

ChineseScript = Literal["simplified", "traditional"]

# Characters of the folding table that are written in both scripts: 皇后 and 公里 are Traditional
# too, 乾坤 is Simplified too. They follow OpenCC's tables, where one form of them is the same.
_IN_BOTH = frozenset(
    "㐹万丑丰于云亘仆价伙余佛佣俊修僵克党冢冬准凌几凶出划刮制千升卜占即卷厂厘只台叶吁吃合吊同"
    "后向呆周咨咸咽哄唇喂噪回困埼夸奸姜娘家尸局岩岳巨布帘席干幸广庵弦彩征御志念恤愈愿戚扇才扎"
    "托扣折抬抵拐拼挂挨挲挽捆捍据搜教斗旋旗既昆暗曲札朱朴杆杠杯杰松板极柜查栗核梁棋棱欲污沈沾"
    "泄泛注涂涌淀游溪溯漓熏狸玩璇症皂真矩确私秋种筑糊糖系累胄胜胡腊腌膻致舍芸苔苹范荐蒙蓑蔑虫"
    "蚝蜡蝎表谷跖踊辟适逾郁酸采里雇雕面飧乾剋劄吒夥徵扞於昇氾祕脩蒐薹袷谿釐陞麽"
)
_KANA = frozenset(map(chr, range(0x3041, 0x3100)))
# Of OpenCC, without exchanging words for those of another region. Taiwan's forms are the ones
# that most writers of Traditional Chinese use: 裡, 為.
_CONVERSIONS = {"simplified": "t2s", "traditional": "s2tw"}


def script_balances(encoder: TokenEncoder, texts: Sequence[IntArray]) -> FloatArray:
    """Measure how far each text is written in Chinese characters.

    Args:
        encoder: knows the script of each token.
        texts: the token ids of each.

    Returns:
        ``(n,)``, from -1 for letters only to 1 for Chinese characters only: the mean over the
        tokens that have a script, 0 for a text of figures and signs.
    """
    if not texts:
        return np.empty(0, np.float32)
    sides = encoder.token_sides(np.concatenate(texts))
    text = np.repeat(np.arange(len(texts)), [len(ids) for ids in texts])
    sums = np.bincount(text, sides, len(texts))
    counts = np.bincount(text, sides != 0, len(texts))
    return (sums / np.maximum(counts, 1)).astype(np.float32)


def in_other_script(balance: float, passages: FloatArray) -> Mask:
    """Return which passages are written in another script than a question.

    Args:
        balance: of the question, see :func:`script_balances`.
        passages: balances of the passages, ``(n,)``. One that differs by more than 1 is in
            another script.

    Returns:
        ``(n,)``; all false where every passage is in another script, because that sets none
        of them apart.
    """
    other: Mask = np.abs(passages - balance) > 1
    return other & ~other.all()


def chinese_script(*texts: str) -> ChineseScript | None:
    """Return the script of the first text that shows one.

    Only characters that differ between Simplified and Traditional Chinese are counted; the
    script with more of them is the text's. Japanese has characters of both, so that a text
    with kana shows none.

    Returns:
        None where no text shows a script, as 年假 does not.
    """
    for text in texts:
        simplified, traditional = _count(text, "simplified"), _count(text, "traditional")
        if simplified != traditional:
            return "simplified" if simplified > traditional else "traditional"
    return None


def in_script(text: str, script: ChineseScript | None) -> str:
    """Write a Chinese text in Simplified or in Traditional characters.

    Args:
        text: in either of them, or in another language.
        script: the one that is wanted; None for the text as it is.

    Returns:
        The text as it is where it has no character of the other script.
    """
    if script is None:
        return text
    other: ChineseScript = "traditional" if script == "simplified" else "simplified"
    return _converter(script).convert(text) if _count(text, other) else text


def _count(text: str, script: ChineseScript) -> int:
    """Return how many characters of a text are written in this script only."""
    if not _KANA.isdisjoint(text):
        return 0
    only = _characters_only_in(script)
    return sum(character in only for character in text)


@cache
def _characters_only_in(script: ChineseScript) -> frozenset[str]:
    table = simplified_characters()
    if script == "traditional":
        return frozenset(table) - _IN_BOTH
    return frozenset(table.values()) - frozenset(table) - _IN_BOTH


@cache
def _converter(script: ChineseScript) -> "OpenCC":
    # Here, because few questions need it, and it reads its dictionaries from the disk.
    from opencc import OpenCC

    return OpenCC(_CONVERSIONS[script])
