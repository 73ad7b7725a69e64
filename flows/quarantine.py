"""Sources that are set aside: the one bad file that must not stop ten thousand."""

import hashlib
import re
import traceback
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

OUTSIDE = frozenset({"not_readable", "timed_out", "worker_died", "out_of_memory"})
"""Reasons that lie outside the document: it is tried again in the next run. Any other reason is remembered."""
_ACCIDENTAL = re.compile(r"0x[0-9a-fA-F]{4,}|(?<![\w.])/(?:[^\s/'\":]+/)+")
"""Addresses in memory and folders: they differ from run to run and from machine to machine."""
LONGEST = 300
"""Characters of an exception's message in a reason."""


@dataclass(slots=True)
class Quarantine:
    """Rows of the quarantine list of one stage of one batch, and the tracebacks that belong to them."""

    stage: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    tracebacks: dict[str, str] = field(default_factory=dict)

    def add(self, uri: str, *, code: str, reason: str, sha256: str | None = None) -> None:
        """Set a source aside for a reason that was foreseen."""
        self.rows.append(
            {"source_uri": uri, "source_sha256": sha256, "stage": self.stage, "code": code, "reason": reason}
        )

    def add_fault(self, uri: str, error: Exception, *, sha256: str | None = None) -> None:
        """Set a source aside for an error of ours; the traceback goes to the run's report."""
        if isinstance(error, MemoryError):
            reason = "There is not enough memory for it. Run it on a larger machine, or divide it."
            self.add(uri, code="out_of_memory", reason=reason, sha256=sha256)
            return
        frames = traceback.extract_tb(error.__traceback__)
        # The id must not depend on the machine: it is published, and part of a release's identity.
        places = [f"{PurePath(f.filename).name}:{f.lineno}:{f.name}" for f in frames]
        digest = hashlib.sha256("\n".join([type(error).__name__, *places]).encode()).hexdigest()[:12]
        self.tracebacks[digest] = "".join(traceback.format_exception(error))
        message = " ".join(_ACCIDENTAL.sub("…", str(error)).split())[:LONGEST]
        self.add(
            uri,
            code="unexpected_error",
            reason=f"{type(error).__name__} in {frames[-1].name if frames else self.stage}: {message}. "
            "This is a fault of Gangmu; please report it with the file.",
            sha256=sha256,
        )
        self.rows[-1]["traceback_id"] = digest
