"""What can be wrong with a worksheet or with answers to it."""

from collections.abc import Mapping, Sequence


class WbkError(Exception):
    """Root of everything that the WBK reports raise."""


class WorksheetError(WbkError):
    """The worksheet data is not what it should be.

    :ivar path: where, as ``komponen[0].pemenuhan.sub_komponen[2]``
    :ivar why: what is wrong there
    """

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


class WorksheetVersionUnknown(WbkError):
    """A version of the worksheet that this installation does not have.

    :ivar version: the one asked for
    :ivar known: those that it has, the oldest first
    """

    def __init__(self, version: str, known: Sequence[str]) -> None:
        super().__init__(f"worksheet version {version} is unknown; known: {', '.join(known)}")
        self.version = version
        self.known = tuple(known)


class AnswersError(WbkError):
    """Answers that the worksheet does not allow, all of them together.

    :ivar problems: indicator id (or ``id.input``) to the reason in Indonesian, in worksheet order
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {why}" for key, why in problems.items()))
        self.problems = dict(problems)
