"""Messages of errors in Chinese, made from their codes and values.

The English sentence of an error is never parsed. The values (the name of a file, a figure) come
from outside; a caller who writes HTML escapes them.
"""

from collections.abc import Mapping

from corpus import CorpusError
from qa.errors import WenjuError
from qa.results import Failure, UnreadPages

_SENTENCES: dict[str, str] = {
    # A call
    "bad_argument": "参数的类型或取值不对，详情见英文说明。",
    "library_closed": "文库已经关闭。请重新打开再用。",
    # A question
    "bad_question": "这个问题没法查找。",
    "empty_question": "问题是空的。请写下要问的事，例如：年假有几天",
    "question_not_text": "问题的第 {position} 个字符不是完整的文字。请删去它再问。",
    "question_too_long": "问题有 {characters} 个字，最多读 {limit} 个字。请缩短再问。",
    "line_not_utf8": "这一行不是 UTF-8 文字。请先转换文件：iconv -t utf-8",
    "line_not_json": "这一行以花括号开头，却不是完整的 JSON 对象。",
    "line_without_text": "这一行的 JSON 里，{key} 没有文字。",
    "bad_verdict": "评价只有“有用”和“没用”两种。",
    "bad_number_of_hits": "要了 {k} 段，只能要 1 到 {limit} 段。",
    # A document
    "no_such_document": "没有这份文档：{key}。它可能已经移除。",
    "half_a_character": "参数里有不完整的文字，写不成 UTF-8。",
    "no_such_passage": "没有这一段：{passage}。它所在的文档可能已经更新。",
    "ambiguous_document": "有几份文档的编号都以 {key} 开头。请多写几位。",
    "deleted_document": "文档 {document} 已经从文库里删除。",
    "changed_document": "文档 {document} 已经更新，现在的编号是 {successor}。",
    # A library
    "failed": "没能完成，详情见运行问据的终端。",
    "no_such_library": "没有这个文库：{folder}。",
    "library_unreachable": "连不上存放文库的 Milvus。请确认它已经启动，地址也没有写错。",
    "library_busy": "文库正在被别的程序写入。等它写完再试一次。",
    "library_damaged": "文库的文件损坏了。请在运行问据的电脑上用 wenju verify 检查。",
    "disk_full": "磁盘满了，文库没有改动，还能查。请腾出空间再试。",
    "newer_library": "文库是更新版本的问据写的。请升级：pip install -U wenju",
    "bad_umask": "环境变量 {name} 要填 000 到 077 的八进制数。",
    "model_mismatch": "文库刚换了向量模型。请再试一次。",
    "model_not_found": "找不到这个向量模型。",
    "model_unusable": "这个向量模型的文件用不了。",
    "broken_plugin": "扩展 {plugin}（来自 {distribution}）加载不了。请升级或卸载它。",
    "bad_thresholds": "阈值须在 0 和 1 之间，“可能”的阈值不高于“回答”的。",
    "thresholds_not_writable": "文库的阈值改不了，原来的不变；详情见英文说明。",
    "bad_dataset": "评测文件读不了。",
    "bad_setting": "环境变量 {name} 要填一个大于零的整数。",
    "read_only": "这个文库在这里只能看，不能改。请在运行问据的电脑上增删文档。",
    "operator_only": "只有在运行问据的电脑上才能换向量模型：wenju reindex --model 名称",
    "too_many_judgements": "文库最多存 {limit} 条评价，已经满了。请先导出：wenju feedback export",
    # What a visitor may keep
    "limit_reached": "超出了限额。",
    "too_many_files": "最多放 {limit} 份文件。先移除几份再放。",
    "too_many_files_at_once": "一次最多发 {limit} 份文件。请分几次发。",
    "nothing_added": "{files} 份文件都没能加进来，原因见 failed。",
    "too_many_bytes": "放不下了：你的文件加起来最多 {limit}。先移除几份再放。",
    "no_room": "每位访客最多放 {limit} 段，这份文件放不下了。先移除几份，或把文件拆小。",
    "too_many_visitors": "现在放文件的访客太多了。请过几分钟再试，或在自己的电脑上运行问据。",
    "bad_visitor": "浏览器没有带上自己的编号。请刷新这一页。",
    # A request to the server
    "body_not_json": "请求的正文不是 JSON。",
    "body_unreadable": "请求的正文读不了。",
    "body_must_be_json": "正文要是 JSON，并在 Content-Type 里写明 application/json。",
    "bad_request": "请求的字段不对，详情见英文说明。",
    "nothing_here": "这个地址上什么也没有。",
    "method_not_allowed": "这个地址只接受：{allowed}。",
    "no_such_model": "这里没有这个模型：{model}。这个地址用的是 {known}。",
    "no_user_message": "对话里没有 role 为 user 的消息。",
    "one_answer_only": "要了 {n} 个答案，只能给一个。",
    "other_dimension": "要了 {dimensions} 维，这个模型是 {known} 维。",
    "token_needed": "需要令牌：Authorization: Bearer wenju_…，用 wenju tokens 管理。",
    "token_reads_only": "这个令牌只能读，不能改。wenju tokens create --write 可以另建一个。",
    "other_site": "不接受别的网站发来的请求。",
    "unknown_host": "这台服务器不叫这个名字。",
    "address_too_long": "网址太长了，最多 {limit} 字节。请把同样的字段用 JSON 发来。",
    "body_too_large": "请求的正文太大了，最多 {limit} 字节。",
    "body_too_slow": "等了 {seconds} 秒，请求的正文还没有发完。",
    "too_many_requests": "请求太频繁，每秒最多 {limit} 次。请稍等再试。",
    "too_many_streams": "你已经打开了 {limit} 个不断开的连接。请先关掉几个页面。",
    "too_many_at_once": "正在处理 {limit} 个请求，忙不过来。请稍等再试。",
    "too_many_uploads": "正在接收 {limit} 份文件。请稍等再试。",
    # The writer
    "no_writer": "撰写的设置不对，详情见运行问据的终端。",
    "writer_not_set_up": "没有设置撰写用的模型。不用它也行：原句答案不受影响。",
    "writer_failed": "撰写没能完成。原句答案不受影响。",
    "writer_stalled": "撰写的模型 {seconds} 秒没有动静，或者写得太久。原句答案不受影响。",
    "writer_unreachable": "连不上撰写的模型，或者中途断开了。原句答案不受影响。",
    "writer_refused": "撰写的模型拒绝了请求（HTTP 状态 {status}）。原句答案不受影响。",
    "writer_broke_off": "撰写中断，或者发来的内容看不懂。原句答案不受影响。",
    "writer_too_long": "撰写的内容太长，没有写完。原句答案不受影响。",
    # A file
    "unreadable_file": "这份文件打不开。",
    "irregular_file": "这不是普通文件（可能是文件夹、管道或设备），不读。",
    "link_outside": "这个链接指向文件夹之外，不读。",
    "link_nowhere": "这个链接没有目标，或者绕回了自己。",
    "no_permission": "没有权限读这份文件或文件夹。请改权限再试。",
    "no_such_file": "没有这份文件或文件夹。请检查路径。",
    "path_too_long": "路径太长，打不开。请把文件移到浅一些的文件夹里。",
    "file_changed": "读的时候文件变了，像是正在写入。请等写完再试。",
    "bad_name": "文件名里有看不见的控制字符。请改名再放。",
    "same_source": "另有一份文件的来源也是 {source}。请从它们共同的上级文件夹建立索引。",
    "read_in_part": "有一部分没有读进来，详情见英文说明。",
    "pages_need_ocr": "{pages} 页中有 {count} 页没有读（第 {ranges} 页）：它们是图片，"
    "要用 OCR 识别。请安装：pip install 'wenju[ocr]'，用 wenju remove 移除后再建索引。",
    "too_many_ocr_pages": "{pages} 页中有 {count} 页没有读（第 {ranges} 页）：图片页太多。"
    "可以调高上限：先 wenju remove，再 wenju index --max-ocr-pages N",
    "pages_not_recognised": "{pages} 页中有 {count} 页没有读（第 {ranges} 页）：图片识别失败。"
    "请重新扫描这几页。",
    "uncertain_lines": "用 OCR 识别的文字里有 {lines} 行不清楚，可能有错字。请对照原件。",
    "unsupported_format": "读不了这种文件。请另存为这些格式之一：{known}",
    "save_as_docx": "读不了 {suffix} 文件。请另存为 .docx，或 soffice --convert-to docx。",
    "save_as_xlsx": "读不了 {suffix} 表格。请另存为 .xlsx，或 soffice --convert-to xlsx。",
    "save_as_pptx": "读不了 {suffix} 演示文稿。请另存为 .pptx，或 soffice --convert-to pptx。",
    "save_as_pdf": "读不了 {suffix} 文件。请用原来的软件打开，导出为 PDF。",
    "save_as_png": "读不了 {suffix} 图片。请另存为 .png 或 .jpg。",
    "unpack_first": "读不了 {suffix} 压缩包。请先解压，再给解压出来的文件夹建立索引。",
    "save_as_epub": "读不了 {suffix} 电子书。请转换成 EPUB，例如用 Calibre。",
    "save_as_html": "读不了 {suffix} 文件。请打开它，另存为 .html 或 .txt。",
    "save_as_jsonl": "读不了 {suffix} 文件。请写成 .jsonl（每行一个对象），或另存为 CSV。",
    "other_kind": "文件名以 {suffix} 结尾，内容却是 {found} 文件。请把扩展名改成 {found}。",
    "reader_failed": "读 {suffix} 文件的扩展出了错，没有读成。",
    "old_office_file": "这是旧版 Office 文件。请打开它，另存为 .docx、.xlsx 或 PDF。",
    "damaged": "这份 {kind} 文件损坏了，读不出来。请重新下载，或用原来的软件打开再另存一份。",
    "encrypted": "这份 {kind} 文件加了密码。请另存一份不带密码的。",
    "broken_characters": "有 {broken} 个字符坏了，第一个在第 {line} 行。请重新下载，或改好再存。",
    "bad_line": "第 {line} 行的格式不对，读不了。",
    "empty_file": "文件是空的，一个字节也没有。",
    "empty_document": "文件里没有文字。",
    "nothing_inside": "里面没有一份文件读得了。请看各文件的原因，或先解压再建立索引。",
    "ocr_not_installed": "{pages} 页都是图片，要用 OCR 识别。请安装：pip install 'wenju[ocr]'",
    "pictures_unreadable": "{pages} 页里都没有文字，图片也识别不出来。请重新扫描，清晰一些。",
    "no_text_in_pictures": "{pages} 页的图片里都没有认出文字。请重新扫描，放大、清晰一些。",
    "too_many_pixels": "图片太大了，最多 {limit} 个像素。请降低分辨率再存。",
    "undecodable_text": "认不出这份文件的文字编码。请另存为 UTF-8 文本。",
    "not_text": "这不是文本文件。请用原来的格式，或另存为 UTF-8 文本。",
    "file_too_large": "文件太大了：{size} 字节，最多 {limit} 字节。请拆成几份。",
    "too_long": "文字太长了：{characters} 个字，最多 {limit} 个字。请拆成几份。",
    "too_many_cells": "表格太大了：{cells} 格（空的也算），最多 {limit} 格。请拆成几份。",
    "too_many_pages": "页数太多了：{pages} 页，最多 {limit} 页。请拆成几份。",
    "too_many_passages": "段落太多了，最多 {limit} 段。请拆成几份。",
    "too_many_members": "压缩包里的文件太多，最多 {limit} 份。请先解压，再给文件夹建立索引。",
    "unpacks_too_large": "文件解压后太大了：{size} 字节，最多 {limit} 字节。",
    "took_too_long": "读这份文件超过了 {seconds} 秒，没有读完。请拆成几份，或者调高限制。",
    "took_too_much_memory": "读这份文件要用的内存超过了 {limit} 字节。请拆成几份，或者调高限制。",
    "gave_too_much_text": "从这份文件读出的内容太多了。请拆成几份。",
    "reader_crashed": "读这份文件时程序崩溃了：文件可能坏了。请用原来的软件打开再另存。",
    "reading_abandoned": "没有人再等这份文件，所以不读了。",
    "reading_stopped": "这份文件没有读完。",
    "zip_bomb": "文件解压后大得不正常，像是压缩炸弹，所以没有打开。",
}

CODES = frozenset(_SENTENCES)


def in_chinese(error: WenjuError | CorpusError) -> str:
    """Return the Chinese sentence of an error, or that of its class if its code has none."""
    return _said(error.code, error.values) or said_in_chinese(error.kind, error.values)


def in_both_languages(error: WenjuError) -> dict[str, str]:
    """Return an error as JSON: its sentence, its code, and the sentence in Chinese."""
    return {"error": str(error), "code": error.code, "error_zh": in_chinese(error)}


def said_in_chinese(code: str, values: Mapping[str, str | int]) -> str:
    """Return the Chinese sentence of a code, or a general one if that or a value is missing."""
    return _said(code, values) or _SENTENCES["failed"]


def failure(source: str, error: CorpusError | WenjuError) -> Failure:
    """Return the failure of a file that cannot be read, with the reason in both languages."""
    return Failure(source, str(error), error.code, in_chinese(error))


def unread_pages(pages: UnreadPages) -> str:
    """Return in Chinese how many pages of a document were not read."""
    return f"{pages.source} 的 {pages.pages:,} 页里有 {len(pages.unread):,} 页没有读"


def _said(code: str, values: Mapping[str, str | int]) -> str | None:
    sentence = _SENTENCES.get(code)
    if sentence is None:
        return None
    shown = {
        name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()
    }
    try:
        return sentence.format_map(shown)
    except KeyError:  # raised without what the sentence names
        return None
