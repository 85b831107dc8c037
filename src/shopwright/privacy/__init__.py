"""Personal data: found in texts and taken out before they leave the machine; customers under keyed pseudonyms."""

from shopwright.privacy.names import Names
from shopwright.privacy.placeholders import Placeholders, restore
from shopwright.privacy.pseudonyms import Pseudonyms
from shopwright.privacy.redact import Redacted, Span, redact, redact_all

__all__ = ["Names", "Placeholders", "Pseudonyms", "Redacted", "Span", "redact", "redact_all", "restore"]
