"""Placeholder."""


class TransformerEncoder:
    def __init__(self, name: str) -> None:
        raise NotImplementedError(name)
