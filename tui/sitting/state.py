"""What every sitting has in common, whatever the work: a person's run of the app, as plain values."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, assert_never

from tui.model.project import ConfirmsNothing, KindName
from tui.model.task import Lease, Work
from tui.model.view_settings import AS_IT_IS, ViewSettings
from tui.sitting.account import Account
from tui.sitting.effects import Effect, Quit, Redo, Release, Renew, Undo, Write
from tui.sitting.inputs import Claimed, Saved, TakenBack, Then, Totals
from tui.text import counted
from tui.tools.state import DOUBLE_SECONDS

Tone = Literal["hint", "good", "warn", "error"]


@dataclass(frozen=True, slots=True)
class TakenOutFor:
    """Why a picture was taken out of a contact sheet: a reason of the project, or words; both '' for none."""

    reason: str = ""
    comment: str = ""


Marks = Mapping[int, TakenOutFor]
"""Pictures that were taken out of contact sheets and are not decided, by their tasks' ids."""


@dataclass(frozen=True, slots=True)
class SittingRules:
    """What a sitting obeys; does not change while it lasts. `titles`: how labels are shown, by their names.

    `idle_cut` and `ttl` in seconds, `key_repeat` in seconds (0: off). `prefix`: begins every request id. `asked`: the
    filter in words, '' where all is served; `own`: a reviewer asked for what they labelled themselves. `before`: what was done in this run already, in other sittings. `at`: the
    picture to begin with, by its task's id. `greeting`: what is said at first. `marks`: of sittings before.
    """

    who: str
    kind: KindName = "classify"
    work: Work = "annotate"
    labels: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    idle_cut: float = 60.0
    key_repeat: float = 0.08
    enter_confirms_nothing: ConfirmsNothing = "ask"
    ttl: float = 900.0
    order: str = "sequential"
    protocol: str = "blocks"
    version: str = ""
    prefix: str = ""
    asked: str = ""
    own: bool = False
    before: Account = field(default_factory=Account)
    at: int | None = None
    greeting: str = ""
    marks: Marks = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """One line for the person."""

    text: str
    tone: Tone = "hint"


NEVER = -1e9
"""A time (monotonic seconds) before all others."""

# Whether the person sees what stands in front.


@dataclass(frozen=True, slots=True)
class Unseen:
    """The picture was asked for; the terminal has not answered yet that it is on the screen."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The picture is on the screen. `since`: when the last gap between two keys began (monotonic seconds)."""

    since: float


@dataclass(frozen=True, slots=True)
class TooSmall:
    """The terminal is too small to show a picture."""


Sight = Unseen | Seen | TooSmall

# What the next key means.


@dataclass(frozen=True, slots=True)
class Looking:
    """Nothing is half done."""


@dataclass(frozen=True, slots=True)
class Rejecting:
    """The key that gives the reason is awaited. `shape`: the id, as text, of the shape that is wrong; None: the
    whole picture, or the marked ones of a sheet."""

    shape: str | None = None


@dataclass(frozen=True, slots=True)
class Fixing:
    """A reviewer puts it right: labels are awaited, or shapes are changed. `labels`: those chosen so far."""

    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirming:
    """Whether the picture is really done as it is was asked; only the key that asked, as the next one, says yes.
    `undecided`: so many suggestions would be left out; 0: nothing is on it."""

    undecided: int = 0

    @property
    def question(self) -> Message:
        """Stands on the screen while it is asked."""
        if not self.undecided:
            return Message("Nothing on it? {annotate.confirm} again.", "warn")
        one = "suggestion is undecided: {annotate.confirm} again leaves it out."
        many = "suggestions are undecided: {annotate.confirm} again leaves them out."
        return Message(counted(self.undecided, one, many), "warn")


@dataclass(frozen=True, slots=True)
class TakenOut:
    """The card at the cursor was just taken out of a contact sheet: a digit or words say why, or nothing does."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """It ends when everything that was decided is durable."""

    then: Then = "ends"


@dataclass(frozen=True, slots=True)
class ConfirmingLeave:
    """Whether to leave without what is taken out of contact sheets was asked with these words; only the key that asked,
    as the next one, says yes."""

    question: str


@dataclass(frozen=True, slots=True)
class Over:
    """It has ended: nothing is taken in any more."""


Mode = Looking | Rejecting | Fixing | Confirming | TakenOut | ConfirmingLeave | Leaving | Over


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person's run of the app. `serial`: of the last picture or sheet that was put in front.

    `pending`: writes under way. `held`: the last deciding key and when it came (monotonic seconds). `requests`: how
    many ids were used. `early`: keys since the last decision that came before their picture was shown, and when the last of
    them did. `keyed`: when the last key came, and the one before. `traced`: what the last deciding key
    left on the screen, '' for one that was refused. `filed`: when `enter` was done with a
    picture last. `ahead`: claimed and not reached yet. `claiming`: a claim is under way; `ended`: the last one
    brought nothing. `renewed`: when leases were renewed last (monotonic seconds). `view`: how pictures are looked at.
    `account`: what was done in this run, as far as it is durable. `elsewhere`: the person was told that
    they work in another terminal too.
    `plan`: what a review pass goes through, in a sentence, once that is known. `changed`: the file that is not as it was
    read, '' where there is none or that was told.
    """

    rules: SittingRules
    mode: Mode = field(default_factory=Looking)
    sight: Sight = field(default_factory=Unseen)
    serial: int = 0
    pending: tuple[Write, ...] = ()
    message: Message | None = None
    held: tuple[str, float] = ("", NEVER)
    early: tuple[int, float] = (0, NEVER)
    traced: str = ""
    keyed: tuple[float, float] = (NEVER, NEVER)
    filed: float = NEVER
    requests: int = 0
    ahead: tuple[Lease, ...] = ()
    claiming: bool = False
    ended: bool = False
    totals: Totals = field(default_factory=Totals)
    renewed: float = 0.0
    view: ViewSettings = AS_IT_IS
    account: Account = field(default_factory=Account)
    elsewhere: bool = False
    plan: str = ""
    changed: str = ""

    @classmethod
    def of(cls, rules: SittingRules, at: float = 0.0) -> Self:
        """A new one, of which a claim is under way. `at`: now, in monotonic seconds."""
        message = Message(rules.greeting, "good") if rules.greeting else None
        return cls(rules, message=message, claiming=True, renewed=at, account=rules.before)

    @property
    def seen(self) -> bool:
        """Whether the person sees what stands in front, so that decisions count."""
        return isinstance(self.sight, Seen)

    @property
    def covered(self) -> bool:
        """Whether the terminal is too small to show a picture."""
        return isinstance(self.sight, TooSmall)

    @property
    def leaving(self) -> bool:
        """Whether it waits for writes to end; no longer true when it has."""
        return isinstance(self.mode, Leaving)

    @property
    def taking_back(self) -> bool:
        """Whether an undo or redo is under way: what it brings back is not known before it is answered."""
        return any(isinstance(write, Undo | Redo) for write in self.pending)

    @property
    def awaits_claim(self) -> bool:
        """Whether leaving waits for a claim: the app goes on, so that what comes must be given back."""
        return isinstance(self.mode, Leaving) and self.mode.then != "ends" and self.claiming

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return isinstance(self.mode, Over)

    def say(self, text: str, tone: Tone = "hint") -> Sitting:
        """The same with a line for the person."""
        return replace(self, message=Message(text, tone))

    def touched(self, at: float) -> tuple[Sitting, float]:
        """After a key at `at` (monotonic seconds): the message goes. Also the active seconds since the key before, at
        most `idle_cut`; none unless the picture is seen."""
        sitting, sight = self._with_key(at), self.sight
        account = replace(self.account, active=self.account.active + self._since_key(at))
        match sight:
            case Seen(since):
                seconds = min(max(0.0, at - since), self.rules.idle_cut)
                return replace(sitting, sight=Seen(at), account=account), seconds
            case Unseen() | TooSmall():
                return replace(sitting, account=account), 0.0
            case _:
                assert_never(sight)

    def _since_key(self, at: float) -> float:
        """Seconds at the screen since the key before, at most `idle_cut`; before the first, since the picture was seen."""
        since = (
            self.keyed[0] if self.keyed[0] != NEVER or not isinstance(self.sight, Seen) else self.sight.since
        )
        return min(max(0.0, at - since), self.rules.idle_cut) if since != NEVER else 0.0

    def _with_key(self, at: float) -> Sitting:
        """After a key that came at `at`, which may be told twice. A question that is not on the screen is not asked."""
        if at == self.keyed[0]:
            return replace(self, message=None)
        asks = self._asks
        sitting = self.in_mode(Looking()) if asks is not None and self.message != asks else self
        return replace(sitting, message=None, keyed=(at, self.keyed[0]))

    @property
    def _asks(self) -> Message | None:
        """The question that the next key may answer, None where there is none."""
        match self.mode:
            case Confirming():
                return self.mode.question
            case ConfirmingLeave(question):
                return Message(question, "warn")
            case Looking() | Rejecting() | Fixing() | TakenOut() | Leaving() | Over():
                return None
            case _:
                assert_never(self.mode)

    def goes_on_filing(self, at: float) -> bool:
        """Whether `enter` at `at` belongs to the one that filed the picture before: a key pressed twice."""
        return self.filed == self.keyed[1] and at - self.filed < DOUBLE_SECONDS

    def with_next_serial(self) -> Sitting:
        """Something else is put in front: it was not seen yet."""
        sight: Sight = self.sight if self.covered else Unseen()
        return replace(self, serial=self.serial + 1, sight=sight)

    def saw(self, serial: int, at: float) -> Sitting | None:
        """After the terminal answered that `serial` is on the screen; None when that is not in front any more."""
        if serial != self.serial or self.covered:
            return None
        return replace(self, sight=Seen(at))

    def press(self, key: str, at: float) -> tuple[Sitting, bool]:
        """Remember a deciding key, and tell whether it is the one before that is held down."""
        repeats = self.repeats(key, at)
        return replace(self, held=(key, at), traced=self.traced if repeats else ""), repeats

    def repeats(self, key: str, at: float) -> bool:
        """Whether a deciding key is the one before that is held down."""
        last, when = self.held
        return bool(key) and key == last and at - when < self.rules.key_repeat

    def with_request(self) -> tuple[Sitting, str]:
        """A request id that no other sitting uses."""
        number = self.requests + 1
        return replace(self, requests=number), f"{self.rules.prefix}-{number}"

    def with_pending(self, *writes: Write) -> Sitting:
        """More writes are under way."""
        return replace(self, pending=(*self.pending, *writes))

    def without_pending(self, request_id: str) -> tuple[Sitting, Write | None]:
        """Without the write of this request, which is durable or failed; None when it is not under way."""
        write = next((write for write in self.pending if write.request_id == request_id), None)
        left = tuple(other for other in self.pending if other is not write)
        return (replace(self, pending=left), write) if write is not None else (self, None)

    def fresh(self, leases: Sequence[Lease], in_front: Container[int]) -> tuple[Lease, ...]:
        """Those on tasks that are neither `in_front` (ids) nor ahead."""
        ahead = {lease.task.id for lease in self.ahead}
        return tuple(x for x in leases if x.task.id not in ahead and x.task.id not in in_front)

    def counting(self, answer: Saved | TakenBack) -> Sitting:
        """The same with what is durable now in the account; nothing where it is not waited for."""
        write = next((write for write in self.pending if write.request_id == answer.request_id), None)
        if write is None or answer.task is None:
            return self
        if isinstance(write, Undo | Redo):
            return replace(self, account=self.account.taken_back(write, answer.task))
        return replace(self, account=self.account.saved(write, answer.task))

    def with_totals(self, totals: Totals | None) -> Sitting:
        """With newer durable numbers, where there are any."""
        return replace(self, totals=totals) if totals is not None else self

    def claimed(self, answer: Claimed) -> Sitting:
        """After the answer to a claim, whose leases are the work's affair."""
        return replace(self, claiming=False, plan=answer.plan or self.plan).with_totals(answer.totals)

    def staying(self) -> Sitting:
        """It does not leave after all; what else is half done stays so."""
        return self.in_mode(Looking()) if self.leaving else self

    def in_mode(self, mode: Mode) -> Sitting:
        """The same with another meaning of the next key."""
        return replace(self, mode=mode)

    def moved_on(self) -> Sitting:
        """Something else is put in front: what was half done about the one before is given up."""
        mode = self.mode
        match mode:
            case Rejecting() | Fixing() | Confirming() | ConfirmingLeave() | TakenOut():
                return self.in_mode(Looking())
            case Looking() | Leaving() | Over():
                return self
            case _:
                assert_never(mode)

    def covering(self, covered: bool) -> Sitting | None:
        """The terminal is too small, or large enough again: what was seen before must be seen anew. None when nothing
        changes."""
        if covered == self.covered:
            return None
        return replace(self, sight=TooSmall() if covered else Unseen(), serial=self.serial + 1)

    def waiting(self, noun: str, count: int) -> Sitting:
        """The same with a word on what leaving waits for: `count` decisions or verdicts, or else a claim."""
        if not count:
            return self.say("One moment: pictures that are on their way go back first.", "warn")
        subject = counted(count, f"{noun} is", f"{noun}s are")
        return self.say(f"Waiting until {subject} safe, then it ends.", "warn")

    def ending(self, leases: Sequence[Lease]) -> tuple[Sitting, tuple[Effect, ...]]:
        """Everything is durable: `leases`, which were not decided, are given back, and it is over."""
        released: tuple[Effect, ...] = (Release(tuple(leases)),) if leases else ()
        then = self.mode.then if isinstance(self.mode, Leaving) else "ends"
        return replace(self, mode=Over(), ahead=()), (*released, Quit(then))

    def renewing(self, leases: Sequence[Lease], at: float) -> tuple[Sitting, tuple[Effect, ...]]:
        """Leases are renewed in time. Nothing on the screen changes."""
        if not leases or at - self.renewed < self.rules.ttl / 3:
            return self, ()
        return replace(self, renewed=at), (Renew(tuple(leases)),)

    def context(self, rank: int | None, seconds: float) -> dict[str, Any]:
        """What cannot be found out later, for a write: `rank` served, active `seconds`; how the picture was looked at,
        unless it was as it is."""
        rules, view = self.rules, self.view.members
        return {
            "version": rules.version,
            "protocol": rules.protocol,
            "order": rules.order,
            "rank": rank,
            "seconds": round(seconds, 3),
            **({"view": view} if view else {}),
        }
