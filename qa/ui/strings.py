"""The phrases of the page, in Chinese and in English.

Both languages are sent with each part of the page, and the style sheet shows one of them
(:func:`qa.ui.markup.phrase`): switching needs no request, and a conversation changes its
language with the rest of the page.
"""

from typing import NamedTuple


class Phrase(NamedTuple):
    """A phrase in both languages; the caller fills in the ``{names}``."""

    zh: str
    en: str


PHRASES: dict[str, Phrase] = {
    # The frame
    "demo_library": Phrase("示例文库", "Demo library"),
    "still_reading": Phrase(
        "正在细读 {done}/{passages} 段", "still reading: {done} of {passages} passages"
    ),
    "your_library": Phrase("你的文库", "Your library"),
    "other_language": Phrase("EN", "中"),
    "switch_language": Phrase("Switch to English", "切换到中文"),
    "switch_theme": Phrase("切换明暗", "Light or dark"),
    "nav": Phrase("主要页面", "Main pages"),
    "nav_ask": Phrase("问答", "Ask"),
    "nav_search": Phrase("查找", "Search"),
    "nav_library": Phrase("文库", "Library"),
    "skip": Phrase("跳到提问框", "Skip to the question box"),
    "comma": Phrase("、", ", "),
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
    "visitor_note": Phrase(
        "现在回答的是示例文库。在“文库”页放进你自己的文件，就能一起问；只有你看得到，用完就删。",
        "The demo library is answering. Put your own files into the Library tab to ask them too; "
        "only you can see them, and they are deleted afterwards.",
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
    "empty_library_asked": Phrase("添加文档之后再来问。", "Add some, then ask again."),
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
    # Counts; a singular that differs is a phrase of its own
    "documents": Phrase("{count} 份文档", "{count} documents"),
    "documents_one": Phrase("1 份文档", "1 document"),
    "own_documents": Phrase("你的 {count} 份", "{count} of yours"),
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
    "short_answer": Phrase("简答：", "Short answer: "),
    "verdict_yes": Phrase("是", "Yes"),
    "verdict_no": Phrase("否", "No"),
    "possible": Phrase("可能在这里", "This may be it"),
    "possible_hint": Phrase(
        "没有把握说这就是答案，请读一读原文，自己判断。",
        "Wenju is not sure that this answers. Read the passage, and judge for yourself.",
    ),
    "failed": Phrase("这个问题没能回答", "This question could not be answered"),
    "failed_unexpected": Phrase(
        "出了意外的错误，详情在运行问据的终端里。",
        "An unexpected error occurred; the terminal that runs Wenju has the details.",
    ),
    # The text of a writer
    "written": Phrase("撰写", "Composed by"),
    "writing": Phrase("正在撰写，逐句核对……", "Writing; each sentence is checked…"),
    "nothing_written": Phrase("它什么也没写。", "It wrote nothing."),
    "written_hint": Phrase(
        "由语言模型根据上面的出处撰写，逐句核对过用词和数字；以原文为准。划去的句子没有出处支持。",
        "A language model composed this from the sources above; each sentence's words and figures "
        "were checked. The quotes decide. What is struck through has no support there.",
    ),
    "writer_failed": Phrase("没有写完。", "It did not come to its end."),
    "reason_no_passage": Phrase("没有注明出处", "names no source"),
    "reason_unknown_passage": Phrase("注明的出处不存在", "names a source that is not there"),
    "reason_other_figures": Phrase("出处里没有这个数", "the source does not state this figure"),
    "reason_opposite": Phrase("与出处相反", "says the opposite of the source"),
    "reason_not_supported": Phrase("出处不支持这句话", "the source does not support it"),
    # Judgements
    "answer_good": Phrase("答得对", "Good answer"),
    "answer_bad": Phrase("答得不对", "Wrong answer"),
    "passage_good": Phrase("这段答对了问题", "This passage answers"),
    "passage_bad": Phrase("这段答不了问题", "This passage does not answer"),
    "which_is_right": Phrase(
        "哪一段才对？给那一段点“赞”；不在这里，就打开全文指给我们看。",
        "Which passage is right? Give it a thumb up; if it is not here, open the document "
        "and point at it.",
    ),
    "choose_right": Phrase("指出正确的段落", "Point at the right one"),
    "this_is_right": Phrase("这段才对", "This one is right"),
    "judged": Phrase("记下了，谢谢。", "Noted, thank you."),
    "judged_off": Phrase("已取消。", "Taken back."),
    # The cards
    "sources": Phrase("出处", "Sources"),
    "nearest": Phrase("最接近的段落", "Nearest passages"),
    "other_nearest": Phrase("其他接近的段落", "Other near passages"),
    "more_passages": Phrase("其他相关段落（{count}）", "Other related passages ({count})"),
    "author": Phrase("作者", "By"),
    "paragraph": Phrase("第 {number} 段", "paragraph {number}"),
    "page": Phrase("第 {number} 页", "page {number}"),
    "ocr": Phrase("OCR 识别，最低 {score}", "read by OCR, {score} at least"),
    "file": Phrase("文件", "File"),
    "untitled": Phrase("无题", "Untitled"),
    "whole_passage": Phrase("显示整段", "Show whole passage"),
    "excerpt": Phrase("收起", "Show less"),
    "also_in": Phrase("另有 {count} 段说的一样", "said just so in {count} more"),
    "read": Phrase("在全文中查看", "Open document"),
    "copy_plain": Phrase("复制引文", "Copy quote"),
    "copy_gbt": Phrase("GB/T 7714", "GB/T 7714"),
    "copied": Phrase("已复制", "Copied"),
    # The reader
    "reader": Phrase("文档全文", "The whole document"),
    "table": Phrase("表格", "Table"),
    "as_cut": Phrase("整理后", "Passages"),
    "as_stored": Phrase("原始文本", "Original"),
    "left_out": Phrase("这里略去 {count} 段", "{count} left out here"),
    "close": Phrase("关闭", "Close"),
    "reader_failed": Phrase("打不开这份文档", "This document cannot be opened"),
    # The search
    "find_title": Phrase("查找原文", "Search the passages"),
    "find_label": Phrase("要找的词句", "Words to find"),
    "find_hint": Phrase("词语或一句话……", "Words, or a sentence…"),
    "find": Phrase("查找", "Search"),
    "find_more": Phrase(
        "直接列出排在前面的段落，不作回答。相关度是这一段能回答的概率；得分只在同一次查找里可比。",
        "Lists the best passages and answers nothing. The relevance is the probability that a "
        "passage answers; scores compare within one search only.",
    ),
    "nothing_found": Phrase("没有找到段落", "No passage was found"),
    "relevance": Phrase("相关度 {percent}", "relevance {percent}"),
    "score": Phrase("得分 {score}", "score {score}"),
    "leg_lexical": Phrase("字面", "words"),
    "leg_dense": Phrase("语义", "meaning"),
    "leg_match": Phrase("逐词", "matching"),
    "scope": Phrase(
        '只问选中的 <b class="count"></b> 份文档', 'Asking <b class="count"></b> chosen only'
    ),
    "scope_clear": Phrase("改为问全部", "Ask all instead"),
    # The library
    "library": Phrase("文库", "Library"),
    "loading": Phrase("正在打开……", "Opening…"),
    "drop": Phrase("把文件拖到这里，或点击选择", "Drop files here, or click to choose"),
    "tap": Phrase("点这里选择文件", "Tap to choose files"),
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
    "file_sending": Phrase("上传中……", "sending…"),
    "file_reading": Phrase("读取中……", "reading…"),
    "file_added": Phrase("已加入", "added"),
    "file_replaced": Phrase("已更新", "updated"),
    "file_unchanged": Phrase("已在文库中", "already here"),
    "file_failed": Phrase("没能加入", "not added"),
    "too_large": Phrase(
        "文件太大了，每份最多 {file}。请拆成几份。", "Too large: at most {file} a file. Split it."
    ),
    "upload_gone": Phrase("文件没有传到。请再放一次。", "The file did not arrive. Drop it again."),
    "yours": Phrase("你放的", "yours"),
    "file_limits": Phrase("每份文件最多 {file}。", "At most {file} a file."),
    "visitor_limits": Phrase(
        "只有你看得到：最多 {files} 份，每份 {file}，一共 {total}、{passages} 段；"
        "{minutes} 分钟不用，就全部删除。",
        "Only you can see them: at most {files} files of {file} each, {total} and {passages} "
        "passages together; all is deleted after {minutes} minutes without use.",
    ),
    "feedback": Phrase("读者评价", "Feedback"),
    "feedback_kept": Phrase(
        "给答案和段落点的“赞”和“踩”存在文库里，可以导出成评测题，"
        "用 <code>wenju eval</code> 检验检索。",
        "Thumbs on answers and passages are kept in the library. Export them as questions, and "
        "measure the search with <code>wenju eval</code>.",
    ),
    "feedback_not_kept": Phrase(
        "这里的文库不能写，点的“赞”和“踩”只在这次访问里留着。想保存，就导出成评测题。",
        "This library cannot be written to, so thumbs last as long as this visit. Export them as "
        "questions to keep them.",
    ),
    "feedback_export": Phrase("导出评测题（JSONL）", "Export questions (JSONL)"),
    "feedback_none": Phrase("还没有评价过。", "Nothing was said yet."),
    "feedback_saved": Phrase(
        "评价 {said} 条，其中 {questions} 条指明了正确的段落，已导出。",
        "{said} judgements, {questions} of which name the right passage, exported.",
    ),
    "rebuild": Phrase("重建索引", "Re-index"),
    "rebuild_hint": Phrase(
        "换一个向量模型，或检查现有的索引。<code>bundled</code> 是自带的模型，"
        "<code>static</code> 更快、不看上下文；也可以填"
        "sentence-transformers 模型的名字，或它的文件夹。建好之前，原来的照常回答。",
        "Change the embedding model, or check the index there is. <code>bundled</code> is the one "
        "that comes along, <code>static</code> a faster one that knows no context; the name or "
        "folder of any sentence-transformers model will do. The old index answers until the new "
        "one is ready.",
    ),
    "rebuild_model": Phrase("向量模型", "Embedding model"),
    "rebuild_now": Phrase("重建并检查", "Rebuild and check"),
    "rebuilt": Phrase(
        "{count} 段都已建好索引，检查无误。", "{count} passages are indexed and sound."
    ),
    "rebuilt_problems": Phrase("检查发现了问题：", "The check found problems:"),
    "choose": Phrase("只问这份：", "Ask this one only: "),
    "choose_hint": Phrase(
        "勾选几份，就只向它们提问；都不勾选则问全部。",
        "Tick documents to ask those only; with none ticked, all are asked.",
    ),
    "documents_left_out": Phrase("还有 {count} 份没有列出", "{count} more are not listed"),
    "read_document": Phrase("阅读", "Read"),
    "remove": Phrase("移除", "Remove"),
    "remove_really": Phrase("确定移除", "Really remove"),
}

#: Suggestions for the demo library; for others they are made from headings.
DEMO_QUESTIONS: tuple[Phrase, ...] = (
    Phrase("农民工被拖欠工资，工会会做什么？", "Who may join a trade union in China?"),
    Phrase("“四勤”是哪四勤？", "What are the four diligents?"),
    Phrase("工伤认定要在多久之内申请？", "What is the basic duty of a trade union?"),
    Phrase("流产有没有产假？", "How many days of paid annual leave do I get?"),
)
