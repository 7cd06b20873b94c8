"""``/api/documents`` and ``/api/passages``: list, add, show and remove what a library holds."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import FastAPI, File, Request, UploadFile
from pydantic import Field
from starlette.responses import Response

from corpus import CorpusError, UnsupportedFormat
from qa.errors import WenjuError
from qa.ingestion.items import upload
from qa.library import Library
from qa.messages_zh import failure
from qa.results import DocumentDetail, DocumentSummary, Failure, IndexReport, LocatedPassage
from qa.server.problems import Problem, Refused, problem_body
from qa.server.responses import reply
from qa.server.service import Service, visitor_of
from qa.sharing.access import network_of

#: Files in one upload; each may take a minute to read.
MOST_FILES = 100


class RefusedUpload(Problem):
    """An error, with the report on the files where several were sent."""

    failed: Annotated[
        list[Failure], Field(default_factory=list, description="Each file, and why it failed.")
    ]


def add_document_routes(app: FastAPI, service: Service) -> None:
    """Add the routes on documents and passages."""
    libraries, workers = service.libraries, service.workers

    @app.get(
        "/api/documents", response_model=list[DocumentSummary], tags=["documents"], summary="List"
    )
    async def list_documents(request: Request) -> Response:
        """All documents, as `wenju documents --json` lists them."""
        documents = await workers.read(service.library(request).documents)
        return reply([document.to_dict() for document in documents])

    @app.post(
        "/api/documents",
        response_model=IndexReport,
        tags=["documents"],
        summary="Add",
        responses={
            201: {"model": IndexReport, "description": "At least one is new, or was replaced."},
            422: {
                "model": RefusedUpload,
                "description": "No file could be added. With several files the report is beside "
                "the error, and says why each one failed.",
            },
        },
    )
    async def add_documents(
        request: Request,
        file: Annotated[
            list[UploadFile],
            File(description=f"One file or several, {MOST_FILES} at most."),
        ],
    ) -> Response:
        """Add files under their names, and report on all of them as `wenju index --json` does.

        A file that was there already changes nothing, another under the same name replaces it.
        A file that cannot be added does not stop the others: `failed` names it with the reason.
        The status is 201 if any file is new or was replaced, 200 if all were there already,
        and 422 if none could be added. The refusal of a single file may have another status.
        """
        if len(file) > MOST_FILES:
            reason = f"{len(file)} files came at once; send {MOST_FILES} at most."
            raise Refused(413, "too_many_files_at_once", reason, {"limit": MOST_FILES})
        visitor, network = visitor_of(request), network_of(request.scope)

        def add_all(abandoned: Callable[[], bool]) -> IndexReport:
            def add(one: UploadFile) -> IndexReport:
                # Read here, when it is this file's turn, so that those waiting stay on the disk.
                name = one.filename or ""
                libraries.base.readers.reader_for(name)
                return libraries.add(visitor, name, one.file.read(), abandoned, network)

            if len(file) == 1:
                return _add_single(add, file[0])
            return _add_several(add, file, str(libraries.base.path), abandoned)

        return _answer(request.url.path, await workers.upload(request, add_all))

    @app.get(
        "/api/documents/{key:path}",
        response_model=DocumentDetail,
        tags=["documents"],
        summary="Show",
    )
    async def show_document(key: str, request: Request) -> Response:
        """A document with its stored text and passages, as `wenju show --json` gives it."""
        document = await workers.read(service.library(request).show, key)
        return reply(document.to_dict())

    @app.delete(
        "/api/documents/{key:path}",
        response_model=DocumentSummary,
        tags=["documents"],
        summary="Remove",
    )
    async def remove_document(key: str, request: Request) -> Response:
        """Remove a document with all its sources, as `wenju remove --json` does."""
        removed = await workers.write(libraries.remove, visitor_of(request), key)
        return reply(removed.to_dict())

    @app.get(
        "/api/passages/{passage_id}",
        response_model=LocatedPassage,
        tags=["documents"],
        summary="Read a passage",
    )
    async def show_passage(passage_id: str, request: Request) -> Response:
        """A passage that a hit or a citation names, and where it stands."""
        passage = await workers.read(Library.passage, service.library(request), passage_id)
        return reply(passage.to_dict())


def _add_single(add: Callable[[UploadFile], IndexReport], file: UploadFile) -> IndexReport:
    """Add one file.

    Raises:
        Refused: it cannot be read.
        WenjuError: it cannot be added.
    """
    try:
        report = add(file)
    except UnsupportedFormat as error:
        raise Refused(415, error.code, str(error), error.values) from error
    except CorpusError as error:  # an extension that cannot be loaded
        raise Refused(422, error.code, str(error), error.values) from error
    for one in report.failed:
        raise Refused(422, one.code, one.reason, chinese=one.reason_zh)
    return report


def _add_several(
    add: Callable[[UploadFile], IndexReport],
    files: Sequence[UploadFile],
    folder: str,
    abandoned: Callable[[], bool],
) -> IndexReport:
    """Add files one after another, and return the report on all of them.

    Args:
        add: adds one file.
        files: the files, in the order in which they were sent.
        folder: the library's folder, whose path is kept from clients.
        abandoned: whether the client has hung up; the remaining files are given up then.

    Raises:
        WenjuError: the library took none of the files, for this reason first of all.
    """
    reports: list[IndexReport] = []
    refusals: list[WenjuError] = []
    for file in files:
        if abandoned():
            break
        try:
            reports.append(add(file))
        except (CorpusError, WenjuError) as error:
            failed = failure(upload(file.filename or "", b"").source, error)
            reason = failed.reason.replace(folder, "the library's folder")
            reports.append(IndexReport(failed=(replace(failed, reason=reason),)))
            if isinstance(error, WenjuError):
                refusals.append(error)
    if refusals and len(refusals) == len(files):
        raise refusals[0]
    return IndexReport(
        added=tuple(source for one in reports for source in one.added),
        replaced=tuple(source for one in reports for source in one.replaced),
        unchanged=tuple(source for one in reports for source in one.unchanged),
        failed=tuple(failed for one in reports for failed in one.failed),
        warnings=tuple(warning for one in reports for warning in one.warnings),
    )


def _answer(path: str, report: IndexReport) -> Response:
    """Return the report with its status; beside an error if no file could be added."""
    if report.added or report.replaced:
        return reply(report.to_dict(), 201)
    if report.unchanged:
        return reply(report.to_dict())
    count = len(report.failed)
    reason = f"None of the {count} files could be added; `failed` says why."
    error = problem_body(path, 422, "nothing_added", reason, values={"files": count})
    return reply({**error, **report.to_dict()}, 422)
