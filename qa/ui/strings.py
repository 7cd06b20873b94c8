"""Every sentence the page says, in Chinese and in English.

Both languages are sent with each piece of the page and the style sheet shows
one of them (:func:`qa.ui.markup.phrase`), so switching needs no round trip and
a conversation changes language with the rest of the page.
"""

from typing import NamedTuple


class Phrase(NamedTuple):
    """One sentence in both languages; ``{names}`` are filled in by the caller."""

    zh: str
    en: str


PHRASES: dict[str, Phrase] = {
    # The frame
    "brand_line": Phrase("问文档，有凭据", "Answers with evidence"),
    "demo_library": Phrase("示例文库", "Demo library"),
    "your_library": Phrase("你的文库", "Your library"),
    "other_language": Phrase("EN", "中"),
    "switch_language": Phrase("Switch to English", "切换到中文"),
    "switch_theme": Phrase("切换明暗", "Light or dark"),
    "nav": Phrase("主要页面", "Main pages"),
    "nav_ask": Phrase("问答", "Ask"),
    "nav_search": Phrase("查找", "Search"),
    "nav_library": Phrase("文库", "Library"),
    "skip": Phrase("跳到提问框", "Skip to the question box"),
    # The empty page
    "hero": Phrase("问你的文档，句句有凭据。", "Ask your documents. Every word on record."),
    "hero_more": Phrase(
        "答案逐字摘自原文，点开编号就看到出处；文档里没有的，就直说没有。",
        "Answers are quoted word for word, and each number opens its source. "
        "What your documents do not say, Wenju will not make up.",
    ),
    "examples": Phrase("试着问", "Try asking"),
    "demo_note": Phrase(
        "现在回答的是自带的示例文库。用 <code>wenju index 文件夹</code> 换成你自己的文档，"
        "文件不会离开这台电脑。",
        "The bundled demo library is answering. Run <code>wenju index FOLDER</code> to ask "
        "your own documents; they never leave this computer.",
    ),
    "empty_library": Phrase("文库里还没有文档", "There are no documents here yet"),
    "empty_library_more": Phrase(
        "用 <code>wenju index 文件夹</code> 添加，然后刷新这一页。",
        "Add some with <code>wenju index FOLDER</code>, then reload this page.",
    ),
    "empty_library_drop": Phrase(
        "放进几份文件，就可以提问了。文件不会离开这台电脑。",
        "Put in a few files and start asking. They never leave this computer.",
    ),
    "add_documents": Phrase("添加文档", "Add documents"),
    # The question box
    "question_label": Phrase("你的问题", "Your question"),
    "question_hint": Phrase("向文档提一个问题……", "Ask your documents…"),
    "ask": Phrase("提问", "Ask"),
    "keys": Phrase("Enter 提问，Shift + Enter 换行", "Enter to ask, Shift + Enter for a new line"),
    "empty_question": Phrase(
        "先写下问题，再按 Enter。", "Write a question first, then press Enter."
    ),
    "offline": Phrase(
        "没有连上问据，它可能已经停了。重新运行后再试一次。",
        "Wenju does not respond; it may have been stopped. Start it and try again.",
    ),
    "save_conversation": Phrase("存为 Markdown", "Save as Markdown"),
    "new_conversation": Phrase("新对话", "New conversation"),
    # Counts; what differs for one has a phrase of its own
    "documents": Phrase("{count} 份文档", "{count} documents"),
    "documents_one": Phrase("1 份文档", "1 document"),
    "passages": Phrase("{count} 段", "{count} passages"),
    "passages_one": Phrase("1 段", "1 passage"),
    "articles": Phrase("{count} 篇", "{count} articles"),
    # The answer
    "conversation": Phrase("问答", "Conversation"),
    "searching": Phrase("正在翻查文档……", "Looking through the documents…"),
    "you_asked": Phrase("你问：", "You asked: "),
    "open_source": Phrase("查看出处 {number}", "See source {number}"),
    "confidence": Phrase("把握", "Confidence"),
    "confidence_high": Phrase("很大", "high"),
    "confidence_medium": Phrase("较大", "fair"),
    "confidence_low": Phrase("不大", "low"),
    "verbatim": Phrase("逐字引自原文 {count} 处", "{count} verbatim quotes"),
    "verbatim_one": Phrase("逐字引自原文 1 处", "1 verbatim quote"),
    "searched_as": Phrase(
        "联系上文，查找的是“{query}”", "With what came before, searched for “{query}”"
    ),
    "ask_as_typed": Phrase("按原话问", "Ask as typed"),
    "not_answered": Phrase("这些文档里没有答案", "These documents do not answer this"),
    "not_answered_near": Phrase(
        "没有找到能回答这个问题的原文，所以不作答。附上意思最接近的段落，供你判断。",
        "No passage answers this question, so Wenju does not either. "
        "Here are the nearest passages; judge for yourself.",
    ),
    "not_answered_empty": Phrase("也没有意思相近的段落。", "Nothing comes close, either."),
    "failed": Phrase("这个问题没能回答", "This question could not be answered"),
    "question_too_long": Phrase(
        "问题太长了，共 {count} 个字。请缩短成一两句话再问。",
        "The question is too long: {count} characters. Please ask it in a sentence or two.",
    ),
    "failed_unexpected": Phrase(
        "出了意外的错误，详情在运行问据的终端里。",
        "An unexpected error occurred; the terminal that runs Wenju has the details.",
    ),
    # The cards
    "sources": Phrase("出处", "Sources"),
    "nearest": Phrase("最接近的段落", "Nearest passages"),
    "more_passages": Phrase("其他相关段落（{count}）", "Other related passages ({count})"),
    "author": Phrase("作者", "By"),
    "paragraph": Phrase("第 {number} 段", "paragraph {number}"),
    "page": Phrase("第 {number} 页", "page {number}"),
    "file": Phrase("文件", "File"),
    "untitled": Phrase("无题", "Untitled"),
    "whole_passage": Phrase("显示整段", "Show whole passage"),
    "excerpt": Phrase("收起", "Show less"),
    "also_in": Phrase("另有 {count} 段说的一样", "said just so in {count} more"),
    "read": Phrase("在全文中查看", "Open in the document"),
    "copy_plain": Phrase("复制引文", "Copy citation"),
    "copy_gbt": Phrase("GB/T 7714", "GB/T 7714"),
    "copied": Phrase("已复制", "Copied"),
    # The reader
    "reader": Phrase("文档全文", "The whole document"),
    "as_cut": Phrase("整理后", "As cut"),
    "as_stored": Phrase("原始文本", "As stored"),
    "left_out": Phrase("这里略去 {count} 段", "{count} left out here"),
    "close": Phrase("关闭", "Close"),
    "reader_failed": Phrase("打不开这份文档", "This document cannot be opened"),
    # The search
    "find_title": Phrase("查找原文", "Search the passages"),
    "find_label": Phrase("要找的词句", "Words to find"),
    "find_hint": Phrase("词语或一句话……", "Words, or a sentence…"),
    "find": Phrase("查找", "Search"),
    "find_more": Phrase(
        "直接列出排在前面的段落和得分，不作回答。得分只在同一次查找里可比。",
        "Lists the best passages with their scores and answers nothing. "
        "Scores compare within one search only.",
    ),
    "nothing_found": Phrase("没有找到段落", "No passage was found"),
    "score": Phrase("得分 {score}", "score {score}"),
    "leg_lexical": Phrase("字面", "words"),
    "leg_dense": Phrase("语义", "meaning"),
    "leg_match": Phrase("逐词", "matching"),
    # The library
    "library": Phrase("文库", "Library"),
    "loading": Phrase("正在打开……", "Opening…"),
    "drop": Phrase("把文件拖到这里，或点击选择", "Drop files here, or click to choose"),
    "drop_kinds": Phrase("可读：{kinds}", "Reads {kinds}"),
    "read_only_demo": Phrase(
        "示例文库只能看，不能改。用 <code>wenju index 文件夹</code> 建立你自己的文库。",
        "The demo library is read-only. Make your own with <code>wenju index FOLDER</code>.",
    ),
    "read_only": Phrase(
        "问据开放给了别的电脑，所以这里只能看，不能改。请在运行它的电脑上增删文档。",
        "Wenju is open to other computers, so documents can be read here but not changed. "
        "Add and remove them on the computer that runs it.",
    ),
    "file_waiting": Phrase("等待", "waiting"),
    "file_reading": Phrase("读取中……", "reading…"),
    "file_added": Phrase("已加入", "added"),
    "file_replaced": Phrase("已更新", "updated"),
    "file_unchanged": Phrase("已在文库中", "already here"),
    "file_failed": Phrase("没能加入", "not added"),
    "choose": Phrase("只问这份：", "Ask this one only: "),
    "choose_hint": Phrase(
        "勾选几份，就只向它们提问；都不勾选则问全部。",
        "Tick documents to ask those only; with none ticked, all are asked.",
    ),
    "documents_left_out": Phrase("还有 {count} 份没有列出", "{count} more are not listed"),
    "read_document": Phrase("阅读", "Read"),
    "remove": Phrase("移除", "Remove"),
    "remove_really": Phrase("确定移除", "Really remove"),
    "scope": Phrase(
        '只问选中的 <b class="count"></b> 份文档', 'Asking <b class="count"></b> chosen only'
    ),
    "scope_clear": Phrase("改为问全部", "Ask all instead"),
}

#: What the bundled library can be asked, until questions are made from headings.
DEMO_QUESTIONS: tuple[Phrase, ...] = (
    Phrase("农民工被拖欠工资，工会会做什么？", "Who may join a trade union in China?"),
    Phrase("“四勤”是哪四勤？", "What are the four diligents?"),
    Phrase("工伤认定要在多久之内申请？", "What is the basic duty of a trade union?"),
    Phrase("杨忠林担任什么职务？", "How many days of paid annual leave do I get?"),
)
