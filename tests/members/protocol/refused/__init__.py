"""Every way in which the rules refuse, one by one: for the tests of the rules and for the shared vectors."""

from tests.members.protocol.refused.case import Refusal
from tests.members.protocol.refused.forbidden import FORBIDDEN
from tests.members.protocol.refused.form import EXISTENCE, FORM
from tests.members.protocol.refused.malformed import MALFORMED
from tests.members.protocol.refused.not_allowed import NOT_ALLOWED

REFUSALS: list[Refusal] = [*MALFORMED, *FORM, *EXISTENCE, *FORBIDDEN, *NOT_ALLOWED]

__all__ = ["REFUSALS", "Refusal"]
