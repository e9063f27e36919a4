"""What can be wrong with a worksheet or with answers to it."""

from collections.abc import Mapping


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


class AnswersError(WbkError):
    """Answers that the worksheet does not allow, all of them together.

    :ivar problems: indicator id (or ``id.input``) to the reason in Indonesian, in worksheet order
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {why}" for key, why in problems.items()))
        self.problems = dict(problems)
