"""Which analysed frames are worth a detector: those with motion, and those owed a look."""

from enum import Enum

from ingest.frame import Frame
from ingest.motion import SETTLING, Change, MotionDetector
from sharp_eyes.clock import SECOND


class Pass(Enum):
    """Why a frame goes to the detector."""

    MOTION = "motion"
    DUE = "due"  # a tracked object, or a scene that changed as a whole, is due for a look
    OPEN = "open"  # there is no gate: every analysed frame is looked at


# However still a picture is, it is looked at this often: what an earlier look missed shall be found.
HEARTBEAT = 60 * SECOND


class Gate:
    """Decides for each analysed frame, and counts the two kinds of pass apart.

    After a change of light two looks are owed, one at once and one when the exposure has settled:
    whether something moved under it cannot be told, so it is looked for. Another is owed a minute
    after the last.
    """

    def __init__(self, motion: MotionDetector) -> None:
        self._motion = motion
        self._owed_at: list[int] = []
        self._looked_at: int | None = None
        self.analysed = 0
        self.passes = dict.fromkeys(Pass, 0)

    def judge(self, frame: Frame, due_at: int | None) -> Pass | None:
        """Whether and why the frame passes; `due_at` is when a tracked object wants its next look."""
        self.analysed += 1
        change = self._motion.compare(frame.luma(), frame.at)
        if change is Change.LIGHT:
            self._owed_at = [frame.at, frame.at + SETTLING]
        verdict = self._verdict(change, frame.at, due_at)
        if verdict is not None:
            self.passes[verdict] += 1
            self._owed_at = [owed for owed in self._owed_at if owed > frame.at]
            self._looked_at = frame.at
        return verdict

    def _verdict(self, change: Change, at: int, due_at: int | None) -> Pass | None:
        if change is Change.MOTION:
            return Pass.MOTION
        long_ago = self._looked_at is not None and at - self._looked_at >= HEARTBEAT
        owed = long_ago or any(owed <= at for owed in self._owed_at)
        if owed or (due_at is not None and due_at <= at):
            return Pass.DUE
        return None


class OpenGate:
    """Lets every analysed frame pass: for cameras whose gate is off, and for comparisons."""

    def __init__(self) -> None:
        self.analysed = 0
        self.passes = dict.fromkeys(Pass, 0)

    def judge(self, frame: Frame, due_at: int | None) -> Pass | None:  # noqa: ARG002 - the interface of a gate
        """Every frame passes."""
        self.analysed += 1
        self.passes[Pass.OPEN] += 1
        return Pass.OPEN
