"""The optional writer: a language model composes, every sentence is checked.

Off unless the environment names an endpoint (:mod:`qa.writer.settings`); without it nothing
is sent anywhere. The verbatim answer never depends on it.
"""

from qa.writer.composing import Writer, compose, writer_of_environment
from qa.writer.endpoint import EndpointWriter
from qa.writer.settings import Endpoint, configured
from qa.writer.written import Reason, WrittenSentence

__all__ = [
    "Endpoint",
    "EndpointWriter",
    "Reason",
    "Writer",
    "WrittenSentence",
    "compose",
    "configured",
    "writer_of_environment",
]
