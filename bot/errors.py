"""Errors that a person can act on.

Each carries one plain sentence. The border that catches it decides its form: an exit code, a
status code or a patient's sentence. None of them ever holds a patient's words.
"""


class GuideError(Exception):
    """Base of every error this project raises on purpose."""


class SetupProblem(GuideError):
    """The machine, a setting or a file stops us from starting; the message says how to mend it."""


class KnowledgeProblem(GuideError):
    """A content file is wrong; the message names the file and the entry."""


class WeightsProblem(SetupProblem):
    """The sentence-embedding weights are missing or damaged."""


class Overtaken(GuideError):
    """Somebody else has gone on with the conversation; what was to be stored is not."""
