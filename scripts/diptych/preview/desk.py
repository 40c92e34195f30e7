"""What browsers look at, kept up to date: pages at once, PDFs behind them, the newest edit first."""

from __future__ import annotations

import asyncio
import gc
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from watchfiles import Change, awatch

from diptych.preview.views import Shown, View, look_again, reviews, set_page
from diptych.preview.worker import Sheet, Worker
from diptych.workspace import house_templates

QUIET = 2  # milliseconds without a change after which a save counts as done
PAUSE = 0.03  # seconds to wait for another edit before a PDF is begun
CALM = 0.1  # seconds after a page in which browsers fetch it, before anything else is done


class Desk:
    """The views that browsers look at. Each reader has an event, which is set when something is new."""

    def __init__(self, root: Path, paths: Sequence[Path] = ()) -> None:
        self.root = root.resolve()
        self.paths = paths
        self.session = secrets.token_hex(8)
        self.closing = False
        self._shown: dict[View, Shown] = {}
        self._news: set[asyncio.Event] = set()
        self._readers: Counter[View] = Counter()
        self._pdf_readers: Counter[View] = Counter()
        self._stale: dict[View, None] = {}  # in the order in which they became so
        self._lately: dict[View, None] = {}  # set, and not looked at again yet
        self._wake = asyncio.Event()
        self._printing: dict[View, asyncio.Task[None]] = {}
        self._printer = asyncio.Lock()
        self._pdf_worker, self._word_worker = Worker(self.root), Worker(self.root)
        self._word = asyncio.Lock()
        self._folders: frozenset[Path] = frozenset()
        self._moved = asyncio.Event()

    def reviews(self) -> dict[str, Path]:
        """The reviews there are by name."""
        return reviews(self.root, self.paths)

    def shown(self, view: View) -> Shown:
        """What there is of the view."""
        return self._shown.setdefault(view, Shown())

    @asynccontextmanager
    async def reading(self, view: View, pdf: bool) -> AsyncIterator[asyncio.Event]:
        """While this lasts, the view, and its PDF if wanted, are kept up to date; the event is set at news."""
        news = asyncio.Event()
        news.set()  # what there is, is news to who comes
        self._news.add(news)
        readers = [self._readers, self._pdf_readers] if pdf else [self._readers]
        for counter in readers:
            counter[view] += 1
        self._mark([view])
        try:
            yield news
        finally:
            self._news.discard(news)
            for counter in readers:
                counter[view] -= 1
            if not self._pdf_readers[view]:
                self._forget_pdf(view)

    def _mark(self, views: Sequence[View]) -> None:
        self._stale |= dict.fromkeys(views)
        self._wake.set()

    def publish(self) -> None:
        """Wakes all readers."""
        for news in self._news:
            news.set()

    # Pages

    async def set_pages(self) -> None:
        """Sets what is stale, for ever, and looks again at what it has set once there has been time to fetch it."""
        while True:
            try:
                async with asyncio.timeout(CALM if self._lately else None):
                    await self._wake.wait()
            except TimeoutError:
                await self._look_again(_first(self._lately))
                continue
            self._wake.clear()
            while self._stale:
                view = _first(self._stale)
                if self._readers[view]:
                    await self._set(view)

    async def _set(self, view: View) -> None:
        file = self.reviews().get(view.review)
        if file is None:
            return
        if self._pdf_readers[view]:
            self._forget_pdf(view)
            self.shown(view).pdf_state = "building"
        await asyncio.to_thread(set_page, self.shown(view), self.root, file, view)
        self._lately[view] = None
        self.publish()
        if self._pdf_readers[view]:
            self._order_pdf(file, view)

    async def _look_again(self, view: View) -> None:
        """Watches what the page was made of, and says what a careful editor would look at again."""
        self._watch_anew()
        file, shown = self.reviews().get(view.review), self.shown(view)
        if file and shown.fresh:
            await asyncio.to_thread(look_again, shown, self.root, file)
            self.publish()
        if not gc.get_freeze_count():
            gc.collect()
            gc.freeze()  # what is loaded by now stays, and need not be gone through while an edit waits

    # PDFs

    def _order_pdf(self, file: Path, view: View) -> None:
        """Begins the view's PDF."""
        self._printing[view] = asyncio.create_task(self._set_pdf(file, view))

    def _forget_pdf(self, view: View) -> None:
        task = self._printing.pop(view, None)
        if task:
            task.cancel()

    async def _set_pdf(self, file: Path, view: View) -> None:
        await asyncio.sleep(PAUSE)
        async with self._printer:
            try:
                sheet = await self._pdf_worker.print(file, view, "pdf")
            except asyncio.CancelledError:
                await self._pdf_worker.stop()
                raise
        shown = self.shown(view)
        shown.pdf_problems = sheet.problems if sheet else ()
        shown.pdf_state = "ready" if sheet and sheet.data else "failed"
        if sheet and sheet.data:
            shown.pdf, shown.pdf_revision = sheet.data, shown.pdf_revision + 1
        self.publish()

    async def word(self, view: View) -> Sheet | None:
        """The view as a Word file, printed now."""
        file = self.reviews().get(view.review)
        async with self._word:
            return await self._word_worker.print(file, view, "docx") if file else None

    def send_away(self) -> None:
        """Has all readers leave."""
        self.closing = True
        self.publish()

    async def close(self) -> None:
        """Ends the processes that print."""
        for view in list(self._printing):
            self._forget_pdf(view)
        await self._pdf_worker.stop()
        await self._word_worker.stop()

    # Files

    async def watch(self) -> None:
        """Marks views as stale when what they are made of changes, for ever."""
        while True:
            self._folders = frozenset(self._needed())
            self._moved.clear()
            folders = sorted(self._folders)
            async for _ in awatch(
                *folders, watch_filter=self._concerns, step=QUIET, recursive=False, stop_event=self._moved
            ):
                self._mark(self._looked_at())
            self._mark(self._looked_at())  # what changed while nobody watched

    def _looked_at(self) -> list[View]:
        return [view for view, count in self._readers.items() if count]

    def _watch_anew(self) -> None:
        if frozenset(self._needed()) != self._folders:
            self._moved.set()

    def _needed(self) -> Iterator[Path]:
        """The folders of what is read, and all folders of reviews and templates that are looked at."""
        known = self.reviews()
        yield from (one for one in (self.root, self.root / "content") if one.is_dir())
        yield from _with_inner(house_templates())
        yield from _with_inner(self.root / "templates")
        for view in self._looked_at():
            yield from (file.parent for file in self.shown(view).reads if file.parent.is_dir())
            if view.review in known:
                yield from _with_inner(known[view.review].parent)

    def _concerns(self, _: Change, path: str) -> bool:
        """True for a file that something is read from, and for any of a review or template but what editors leave."""
        file = Path(path)
        if file.name.startswith(".") or file.name.endswith(("~", ".tmp")) or "__pycache__" in file.parts:
            return False
        if any(file in self.shown(view).reads for view in self._looked_at()):
            return True
        ours = [self.root / "templates", house_templates(), *(one.parent for one in self.reviews().values())]
        return any(file.is_relative_to(folder) for folder in ours)


def _first(views: dict[View, None]) -> View:
    """The view that waits longest, which waits no more."""
    view = next(iter(views))
    del views[view]
    return view


def _with_inner(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield folder
        with suppress(OSError):
            yield from (one for one in folder.rglob("*") if one.is_dir() and not one.name.startswith("."))
