"""What the library's page says; see :mod:`qa.ui.strings`."""

from qa.ui.phrasing import Phrase

LIBRARY_PHRASES: dict[str, Phrase] = {
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
        "换一个向量模型，或检查现有的索引。<code>bundled</code> 是自带的模型；也可以填"
        "sentence-transformers 模型的名字，或它的文件夹。建好之前，原来的照常回答。",
        "Change the embedding model, or check the index there is. <code>bundled</code> is the one "
        "that comes along; the name or folder of any sentence-transformers model will do. The old "
        "index answers until the new one is ready.",
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
