"""Whether a line is the name of a person, by its form and a list of surnames."""

import re

from corpus.characters import HAN

# The surnames of nearly everyone who writes in Chinese, both ways of writing them.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞"
    "左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁"
    "蒲房滕屈饶解牟艾尤阎穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟"
    "应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀"
    "郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆"
    "巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况"
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭葉蘇魏呂盧鐘鍾譚陸範賈韋鄒龍陶賀顧龔萬錢嚴戴湯溫齊"
    "喬龐顏莊聶魯歐關蘭寧紀單畢駱藍遊靳華饒閻農繆簡車項連蘆麥婁竇戚黨宮費衛應閔鄔邊師榮鞏"
)
_DOUBLE = (
    "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|东方|東方|皇甫|尉迟|尉遲|公孙|公孫|令狐|慕容|夏侯|司徒|"
    "端木|百里|呼延|南宫|南宮|长孙|長孫|宇文|轩辕|軒轅"
)
_CHINESE_NAME = re.compile(rf"(?:{_DOUBLE})[{HAN}]{{1,2}}|[{HAN}][ \u3000]{{0,2}}[{HAN}]{{1,2}}")
_FOREIGN_NAME = re.compile(rf"[{HAN}]{{2,8}}[·•・][{HAN}]{{2,8}}(?:[·•・][{HAN}]{{2,8}})?")
_FUNCTION_WORD = "The|A|An|In|On|At|To|For|From|My|Our|Your|How|What|Why|When|Where|About"
_LATIN_NAME = re.compile(
    rf"(?!(?:{_FUNCTION_WORD})\b)[A-Z][\w'’-]+"
    r"(?: (?:[A-Z]\.|[A-Z][\w'’-]+|de|van|von|der|la|bin|al)){1,4}|"
    r"[A-Z]\. ?(?:[A-Z]\. ?)?[A-Z][\w'’-]+"
)


def is_name(text: str) -> bool:
    """Whether ``text`` has the form of one person's name."""
    if _FOREIGN_NAME.fullmatch(text) or _LATIN_NAME.fullmatch(text):
        return True
    return _CHINESE_NAME.fullmatch(text) is not None and text[0] in _SURNAMES


def are_names(text: str) -> bool:
    """Whether ``text`` is one name or several, parted by spaces, commas or 、."""
    if is_name(text):
        return True
    if re.fullmatch(rf"[{HAN}\s、，,·]+", text):
        names = re.split(r"[\s、，,]+", text)
    else:
        names = re.split(r"\s*(?:,|;|&|\band\b)\s*", text)
    return len(names) > 1 and all(is_name(name) for name in names)
