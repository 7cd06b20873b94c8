"""Bylines: the lines that name the author of an article, above or below its text.

A labelled byline (``作者：…``, ``By …``) is one anywhere. A marked name (``■ 某某``), a name
with the label of a column (``某某 观点``) and a name alone are bylines only in some
positions: below a title, or as a signature below the last paragraph.
"""

import re

from corpus.characters import HAN

# The surnames of nearly all Chinese authors, in Simplified and in Traditional characters.
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

# Words of two characters that begin like a name, and are often alone in a cell or above a section.
_WORDS = frozenset(
    re.findall(
        "..",
        "国家国际国内国外国有文化文学文章文物文字文件文献文艺文明关系关键"
        "关注管理管道管辖方面方法方式方向方案方针方程计划计算单位单价单独"
        "单元单词农业农村农民任务任何任免任职权力权利权益解决解释解答解除"
        "成立成绩成果成就成本成员成分成效项目全国全省全市全体全年全文全部"
        "全面全称原因原则原料原理原文相关相同相对相似范围左右支持支付支出"
        "支撑支流商品商业商店商务程度程序平均平台平面平等安全安排安装安置"
        "应用应急应届官员官方位置位于宣布宣传万元强调强度强化高速高度高级"
        "高等高校高中毕业宗教宗旨修改修订修建常规常见常用路线路径来源卫生"
        "费用区域区别区划温度满意满足包装包括申请申报申诉简介简称简单简历"
        "简化颜色季度季节金额金融金属储备储存边界边缘焦点游戏游客房屋房间"
        "车辆车间车站门票门户章程施工施行纪律纪录曲线周期周围周边连接查询"
        "查看查处明细明确党员党委董事石油黄金林业景点景区花费练习封面毛病"
        "容量冷却海外海洋路况资产",
    )
)
_NOTE_MARKS = "†‡*∗§¶0123456789⁰¹²³⁴⁵⁶⁷⁸⁹"  # after the names below the title of a paper

# Bylines with a label or a mark, and the words around a name.
_LABELLED = re.compile(
    r"[（(]?(?:本文)?(?:作者|撰文|撰稿|撰稿人|文|执笔|編寫|编写|编者|執筆|作者姓名|author)\s*"
    r"[:：/／|｜]\s*(?P<name>[^。！？；，,:：]{1,60}?)[)）]?",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:[Bb]y|BY|[Ww]ritten by)[:\s]\s*(?P<name>(?:the )?[^\W\d_a-z][^!?;:\d]{1,60})")
_REPORTER = re.compile(
    r"[（(]?(?:本报|本刊|本网|本報|特约|見習|见习|实习)?(?:记者|通讯员|通訊員|記者|评论员|評論員|特约评论员)"
    r"[\s\u3000:：](?P<name>.{2,30}?)(?:[\s\u3000]*(?:摄影报道|报道|报导|文|文/图|報導))?[)）]?"
)
_MARKED = re.compile(r"[■□●○◆◇▲△★☆▪•·*◎]\s*(?P<name>\S.{0,30})")
_COLUMN = re.compile(rf"(?P<name>[{HAN}]{{2,4}})[ \u3000]+(?P<label>[{HAN}]{{1,4}})")
_COLUMN_LABELS = frozenset(["文", "图", "摄", "文章", "时评", "评论", "言论", "方法", "方圆"])
_DASHED = re.compile(r"(?:——|--|—|– )\s*(?P<name>\S.{0,30})")
# A note about the author: "（作者系某某大学教授）".
_NOTE = re.compile(
    r"[（(\[【]\s*(?:本文)?(?:作者|撰稿人|执笔人|執筆人|译者|記者|记者|the (?:author|writer)\b)"
    r"\s*(?P<name>.*?)[)）\]】]",
    re.IGNORECASE,
)
_NOTE_START = re.compile(
    r"[（(\[【]\s*(?:本文)?(?:作者|撰稿人|执笔人|執筆人|译者)\s*(?:系|是|为|為|单位)"
)
_NAME_END = re.compile(r"[,，、;；:：\s]|系|是|为|為")
_ROLE_WORDS = re.compile(
    r"(?:本报|本刊|特约|见习|首席|全媒体)*(?:记者|通讯员|實習生|实习生|記者|通訊員|评论员|評論員)\s*"
)
_AGENCIES = ("本报", "本報", "新华社", "中新社", "本网", "本刊")
# The dateline of a report: "本报讯（记者 …）", "新华社北京3月8日电（记者…）", "（通讯员 …）".
_REPORT = re.compile(
    rf"(?P<agency>[{HAN}]{{2,4}}[{HAN}0-9０-９\s]{{0,14}}?[讯訊电電])?\s*"
    r"(?:[（(]\s*(?P<names>(?:本报|全媒体|特约|见习|实习|首席)*(?:记者|通讯员|記者|通訊員)[^（）()。]{2,40})[）)])?"
)


def is_name(text: str) -> bool:
    """Return whether a text has the form of one person's name."""
    if _FOREIGN_NAME.fullmatch(text) or _LATIN_NAME.fullmatch(text):
        return True
    is_chinese = _CHINESE_NAME.fullmatch(text) is not None and text[0] in _SURNAMES
    return is_chinese and text not in _WORDS


def are_names(text: str) -> bool:
    """Return whether a text is one name, or several between spaces, commas or 、."""
    unmarked = text.rstrip(_NOTE_MARKS)
    text = unmarked if is_latin(unmarked) else text
    if is_name(text):
        return True
    if re.fullmatch(rf"[{HAN}\s、，,·]+", text):
        names = re.split(r"[\s、，,]+", text)
    else:
        names = re.split(r"\s*(?:,|;|&|\band\b)\s*", text)
    return len(names) > 1 and all(is_name(name) for name in names)


def labelled_author(line: str) -> str | None:
    """Return the author of a labelled byline, or None."""
    for pattern in (_LABELLED, _BY, _REPORTER):
        match = pattern.fullmatch(line)
        if match is None:
            continue
        name = _without_role(match.group("name"))
        if pattern is not _REPORTER or are_names(name):
            return name.rstrip(".") if pattern is _BY else name
    return None


def begins_with_by(line: str) -> bool:
    """Return whether a line is a byline only because of its first word, "by"."""
    return _BY.fullmatch(line) is not None


def titled_author(line: str) -> str | None:
    """Return the author of a line below a title: marked, with a column's label, or a name alone."""
    signature = signed_author(line)
    if signature is not None:
        return signature
    match = _COLUMN.fullmatch(line)
    if match is not None and is_name(match.group("name")):
        # Two names side by side are two authors, not a name and a label.
        label = match.group("label")
        both = label not in _COLUMN_LABELS and is_name(label)
        return f"{match.group('name')} {label}" if both else match.group("name")
    return line if are_names(line) else None


def is_latin(line: str) -> bool:
    """Return whether a line is ASCII and has a letter."""
    return line.isascii() and any(mark.isalpha() for mark in line)


def signed_author(line: str) -> str | None:
    """Return the author of a marked or dashed signature, or None."""
    for pattern in (_MARKED, _DASHED):
        match = pattern.fullmatch(line)
        if match is None:
            continue
        name = _without_role(match.group("name"))
        if are_names(name):
            return name
    return None


def reporting_author(line: str) -> str | None:
    """Return the reporter named in the dateline of a report's first paragraph.

    Returns:
        An empty string for an agency's dateline without a name; None where there is no
        dateline.
    """
    match = _REPORT.match(line)
    if match is None or not match.group():
        return None
    if match["names"] is None:
        agency = match["agency"].lstrip()
        return "" if agency.startswith(_AGENCIES) else None
    names = _without_role(match["names"].replace("、", " "))
    return names if are_names(names) else ""


def is_author_note(line: str) -> bool:
    """Return whether a line in brackets is a note about the author: an office, a place."""
    return _NOTE.fullmatch(line) is not None


def begins_author_note(line: str) -> bool:
    """Return whether a line begins a note about the author, which may go on below."""
    return _NOTE_START.match(line) is not None


def noted_author(line: str) -> str | None:
    """Return the name in a note about the author, or None if it has none."""
    match = _NOTE.fullmatch(line)
    if match is None:
        return None
    words = match.group("name").lstrip(":： ")
    first = _NAME_END.split(words, maxsplit=1)[0]
    if is_name(first) and not first.startswith("单位"):
        return first
    last = words.split()[-1:] if not first else []  # "作者系建筑工人 孙大勇"
    return last[0] if last and last[0] != words and is_name(last[0]) else None


def _without_role(names: str) -> str:
    """Return names without the roles before them: ``记者 ``."""
    return " ".join(_ROLE_WORDS.sub(" ", names).split())
