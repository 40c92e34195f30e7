"""What the preview tells its readers; without a browser, whose driver has an event loop of its own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from diptych.preview.desk import Desk
from diptych.preview.server import states
from diptych.preview.views import View


def test_readers_who_leave_at_any_moment_keep_no_news_from_the_others(tmp_path: Path) -> None:
    desk, view = Desk(tmp_path), View("birds", "article")

    async def read(told: list[int]) -> None:
        async for line in states(desk, view, False):
            told.append(json.loads(line.removeprefix("data: "))["built"])

    async def go() -> list[int]:
        told: list[int] = []
        staying = asyncio.create_task(read(told))
        for moment in range(200):
            leaving = [asyncio.create_task(read([])) for _ in range(5)]
            for _ in range(moment % 7):
                await asyncio.sleep(0)
            desk.shown(view).built = moment
            desk.publish()
            for ticks, one in enumerate(leaving):
                one.cancel()
                for _ in range(ticks % 3):
                    await asyncio.sleep(0)
            ended = await asyncio.gather(*leaving, return_exceptions=True)
            assert {type(one) for one in ended} == {asyncio.CancelledError}
        desk.send_away()
        await asyncio.wait_for(staying, 5)
        return told

    assert asyncio.run(go())[-1] == 199
