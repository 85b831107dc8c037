"""The folder of one tuning: its plan, checkpoints while it runs, log, and what came out."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from shopwright.disk import write_text
from shopwright.errors import LockedError, ModelError, StoreError
from shopwright.i18n import Text, t

__all__ = ["PLAN", "Workplace", "as_json", "fingerprint", "step_of"]

PLAN, STATE = "tuning.json", "trainer_state.json"


def fingerprint(*parts: Any) -> str:
    """A hash of what is learned from: 16 hexadecimal digits."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where one tuning keeps its files.

    Attributes:
        folder: holds tuning.json, checkpoints/, log/ (TensorBoard), weights/ and what was exported.
        lock: held while the tuning runs.
    """

    folder: Path
    lock: FileLock

    @classmethod
    def open(cls, folder: Path, plan: dict[str, Any], *, resume: bool) -> Workplace:
        """Begin a tuning in a folder, or go on with the one that was broken off there.

        Raises:
            StoreError: something else lies there, or it cannot be written (MODEL-72, MODEL-74).
            ModelError: what was begun there had other texts or settings (MODEL-73).
            LockedError: another process is tuning there (MODEL-75).
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / ".lock")
            lock.acquire(timeout=0)
        except Timeout as error:
            raise LockedError(
                t("another process is tuning in {folder}", folder=str(folder)),
                why=t("two would write over each other's checkpoints"),
                fix=t("wait for it, or name another folder"),
                code="MODEL-75",
            ) from error
        except OSError as error:
            raise StoreError(
                t("{folder} cannot be written", folder=str(folder)),
                why=Text.literal(str(error)),
                fix=t("name a folder that can be"),
                code="MODEL-74",
            ) from error
        made = cls(folder, lock)
        try:
            made._begin(plan, resume)
        except (ModelError, StoreError):
            lock.release()
            raise
        return made

    @property
    def checkpoints(self) -> Path:
        """Where the trainer keeps its checkpoints until it is done."""
        return self.folder / "checkpoints"

    @property
    def log(self) -> Path:
        """What TensorBoard shows: `tensorboard --logdir` with this folder."""
        return self.folder / "log"

    @property
    def weights(self) -> Path:
        """The tuned model as safetensors."""
        return self.folder / "weights"

    def facts(self) -> dict[str, Any]:
        """What tuning.json says: the plan, and the result once there is one."""
        path = self.folder / PLAN
        return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}

    def last(self) -> Path | None:
        """The newest checkpoint that was written whole; those that were not are taken away."""
        for place in sorted(self.checkpoints.glob("checkpoint-*"), key=_number, reverse=True):
            if _is_whole(place):
                return place
            shutil.rmtree(place, ignore_errors=True)
        return None

    def finish(self, result: dict[str, Any]) -> None:
        """Write down what came out and take the checkpoints away."""
        write_text(self.folder / PLAN, as_json(self.facts() | {"result": result}))
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    def close(self) -> None:
        """Let another process tune here."""
        self.lock.release()

    def _begin(self, plan: dict[str, Any], resume: bool) -> None:
        there = [entry for entry in self.folder.iterdir() if entry.name != ".lock"]
        if not there:
            write_text(self.folder / PLAN, as_json({"plan": plan}))
            return
        if not resume:
            raise StoreError(
                t("{folder} is not empty", folder=str(self.folder)),
                why=t("a tuning is not written over"),
                fix=t("name another folder, or go on with what was begun there: --resume"),
                code="MODEL-72",
            )
        try:
            before = self.facts().get("plan")
        except (ValueError, OSError):
            before = None
        if before != plan:
            before = before if isinstance(before, dict) else {}
            changed = _changed(plan, before)
            raise ModelError(
                t("{folder} holds another tuning", folder=str(self.folder)),
                why=t("it was begun with other values of: {names}", names=", ".join(changed)),
                fix=t("give what was given then, or name another folder"),
                code="MODEL-73",
            )


def step_of(place: Path | None) -> int:
    """Steps that were done when a checkpoint was written; 0 for none."""
    return 0 if place is None else max(_number(place), 0)


def _number(place: Path) -> int:
    tail = place.name.rpartition("-")[2]
    return int(tail) if tail.isdigit() else -1


def _is_whole(place: Path) -> bool:
    """Whether the trainer got to its last file; a process can be killed while it writes."""
    try:
        json.loads((place / STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True


def as_json(value: Any) -> str:
    """JSON for a file."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _changed(plan: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """Names of what differs; of a recipe the parts, as they are called on the command line."""
    names: list[str] = []
    for name in sorted({*plan, *before}):
        now, then = plan.get(name), before.get(name)
        if isinstance(now, dict) and isinstance(then, dict):
            names += _changed(now, then)
        elif now != then:
            names.append(name)
    return names
