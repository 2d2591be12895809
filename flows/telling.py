"""The words in which a process is told: await an act, ask for it, owe an effect, go on together.

Knows how a story rests and how it is told again from its first line; knows no process, no database and no Prefect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from rules.act import Act, History
    from rules.agenda import Effect


class Chapter(Protocol):
    """A stretch of a case in which nothing is taken back."""

    @property
    def first_seq(self) -> int:
        """Number of the act that begins it."""
        ...

    @property
    def last_seq(self) -> int | None:
        """Number of its last act, None while it goes on."""
        ...


_Chapter = TypeVar("_Chapter", bound=Chapter)


class Rest(Exception):
    """The story waits for people; `awaited` are the acts it waits for."""

    def __init__(self, awaited: frozenset[str]) -> None:
        self.awaited = awaited
        super().__init__("、".join(sorted(awaited)))


class _Turned(Exception):
    """What this chapter waited for will not come: a later act began a new chapter."""


class Story:
    """One case told from its beginning.

    `pending` are the effects owed to the world that nobody has performed or cancelled, by key; `perform` performs one,
    `cancel` calls one off with its reason in Chinese. Both are called once for each.
    """

    def __init__(
        self,
        history: History,
        pending: Mapping[str, Effect],
        *,
        open_duties: frozenset[str],
        perform: Callable[[Effect], None],
        cancel: Callable[[Effect, str], None],
    ) -> None:
        self._history = history
        self._pending = dict(pending)
        self._open_duties = open_duties
        self._perform = perform
        self._cancel = cancel
        self._position = 0
        self._until: int | None = None

    def chapters(self, chapters: Sequence[_Chapter], tell: Callable[[_Chapter], None]) -> None:
        """Tell each chapter in turn; one that was cut short gives way to the next."""
        for chapter in chapters:
            self._position = chapter.first_seq
            self._until = chapter.last_seq
            try:
                tell(chapter)
            except _Turned:
                continue

    def await_act(self, kind: str, *, unless: str | Collection[str] = "", about: str | None = None) -> Act:
        """Return the next act of that kind, or of a kind that makes it needless; rest where it is still owed.

        `about` awaits the act that concerns one thing, where several are owed beside each other.
        """
        kinds = {kind, unless} if isinstance(unless, str) else {kind, *unless}
        act = self._next(lambda act: act.kind in kinds and about in {None, act.word("about")})
        if act is None:
            raise self._nothing_yet(frozenset({kind}))
        return act

    def once(self, happens: Callable[[Act], bool]) -> Act:
        """Return the first act of which that holds, for which another branch waits; rest on nothing of its own."""
        act = self._next(happens)
        if act is None:
            raise self._nothing_yet(frozenset())
        return act

    def ask(self, kind: str) -> None:
        """Ask whoever owes the act for it, once."""
        self.effect(f"asked-{kind}")

    def effect(self, name: str) -> None:
        """Perform what is owed to the world under that name, or call it off where the duty it asks for has ended."""
        for effect in [effect for effect in self._pending.values() if effect.name == name]:
            del self._pending[effect.key]
            if effect.asks is not None and effect.asks not in self._open_duties:
                self._cancel(effect, "所提请的应办已经结束，不再通知")
            else:
                self._perform(effect)

    def call_off(self, reason: str) -> None:
        """Cancel whatever is still asked of anybody, with the reason; what has happened is told all the same."""
        for effect in [effect for effect in self._pending.values() if effect.asks is not None]:
            del self._pending[effect.key]
            self._cancel(effect, reason)

    def together(self, *branches: Callable[[], None]) -> None:
        """Tell all branches, each from here; rest on everything that any of them still waits for."""
        begun, reached = self._position, self._position
        awaited: frozenset[str] = frozenset()
        rests = turned = False
        for branch in branches:
            self._position = begun
            try:
                branch()
            except Rest as rest:
                rests, awaited = True, awaited | rest.awaited
            except _Turned:
                turned = True
            reached = max(reached, self._position)
        self._position = reached
        if turned:
            raise _Turned
        if rests:
            raise Rest(awaited)

    # --- private -----------------------------------------------------------------------------

    def _next(self, wanted: Callable[[Act], bool]) -> Act | None:
        for act in self._history[self._position :]:
            if self._until is not None and act.seq > self._until:
                return None
            if wanted(act):
                self._position = act.seq
                return act
        return None

    def _nothing_yet(self, awaited: frozenset[str]) -> Exception:
        return _Turned() if self._until is not None else Rest(awaited)
