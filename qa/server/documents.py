"""``/api/documents`` and ``/api/passages``: list, add, show and remove what a library holds."""

from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, File, Request, UploadFile
from starlette.responses import Response

from corpus import CorpusError, UnsupportedFormat
from qa.library import Library
from qa.results import DocumentDetail, DocumentSummary, IndexReport, LocatedPassage
from qa.server.problems import Refused
from qa.server.responses import reply
from qa.server.service import Service, visitor_of


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
        responses={201: {"model": IndexReport, "description": "It is new, or was replaced."}},
    )
    async def add_document(
        request: Request, file: Annotated[UploadFile, File(description="One file.")]
    ) -> Response:
        """Add one file under its name, as `wenju index --json` reports it.

        A file that was there already changes nothing, another under the same name replaces it.
        """
        name = file.filename or ""
        try:
            libraries.base.readers.reader_for(name)
        except UnsupportedFormat as error:
            raise Refused(415, error.code, str(error), error.values) from error
        except CorpusError as error:  # an extension that cannot be loaded
            raise Refused(422, error.code, str(error), error.values) from error

        def add(abandoned: Callable[[], bool]) -> IndexReport:
            # Read here, when it is this upload's turn, so that those waiting stay on the disk.
            return libraries.add(visitor_of(request), name, file.file.read(), abandoned)

        report = await workers.upload(request, add)
        for failure in report.failed:
            raise Refused(422, failure.code, failure.reason, chinese=failure.reason_zh)
        return reply(report.to_dict(), 200 if report.unchanged else 201)

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
