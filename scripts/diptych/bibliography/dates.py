"""Dates as authors and reference managers write them → dates as CSL-JSON has them."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

PARTS = ("year", "month", "day")
SEASONS = {"spring": "1", "summer": "2", "autumn": "3", "fall": "3", "winter": "4"}
EDTF_SEASONS = {"21": "1", "22": "2", "23": "3", "24": "4"}
WRITTEN = re.compile(r"(?P<year>-?\d{1,4})(-(?P<month>\d{1,2})(-(?P<day>\d{1,2}))?)?(?P<unsure>[~?%]?)")

NUMBER = re.compile(r"-?\d{1,4}")


class BadDateError(Exception):
    """A date that is none; the message says why."""


def read_date(value: Any) -> dict[str, Any]:
    """A date of CSL-JSON from text (`2015`, `2015-07-03`, `2015/2016`), from a map or from lists; raises BadDateError.

    Text that is no date by ISO 8601 or EDTF comes back as `{"raw": text}`. Maps have `date-parts`, `raw` or `literal`
    as in CSL-JSON, or `year`, `month` and `day` as in Pandoc's older files; two such maps are a range.
    """
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, Mapping):
        return _from_map(value)
    if value and all(isinstance(part, Mapping) for part in value):
        return _range([_from_map(part) for part in value])
    return {"date-parts": _from_lists(value)}


def _from_text(text: str) -> dict[str, Any]:
    parts, said = _parsed(text)
    return {"date-parts": [*map(list, parts)], **said} if parts else {"raw": text}


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[tuple[list[int], ...], Mapping[str, Any]]:
    """The parts of a date, and what else it says by name; no parts for a text that is no date.

    They are kept, since files have the same dates again and again.
    """
    matches = [WRITTEN.fullmatch(part.strip()) for part in text.split("/")]
    dates = [match.group(*PARTS) for match in matches if match]
    if len(dates) != len(matches) or len(dates) > 2:
        return (), {}
    year, month, _ = dates[0]
    if month in EDTF_SEASONS:
        return (_day([int(year)]),), {"season": EDTF_SEASONS[month]}
    parts = tuple(_day([int(part) for part in date if part]) for date in dates)
    return parts, {"circa": True} if any(match["unsure"] for match in matches if match) else {}


def _from_map(value: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(value.get("literal"), str):
        return {"literal": value["literal"]}
    if isinstance(value.get("raw"), str):
        return _from_text(value["raw"].strip())
    if "date-parts" in value:
        parts = _from_lists(value["date-parts"])
    elif value.get("year"):
        parts = [_checked([value[part] for part in PARTS if value.get(part)])]
    else:
        raise BadDateError("it has neither “date-parts” nor “year”")
    date: dict[str, Any] = {"date-parts": parts}
    if value.get("season"):
        date["season"] = _season(str(value["season"]))
    if str(value.get("circa", "")).lower() in ("true", "1"):
        date["circa"] = True
    return date


def _range(dates: Sequence[dict[str, Any]]) -> dict[str, Any]:
    if len(dates) == 1:
        return dates[0]
    if len(dates) > 2 or not all("date-parts" in date for date in dates):
        raise BadDateError("a range has two dates, each with a year")
    return {"date-parts": [date["date-parts"][0] for date in dates]}


def _season(text: str) -> str:
    season = SEASONS.get(text.lower(), text)
    if season not in SEASONS.values():
        raise BadDateError(f"“{text}” is no season")
    return season


def _from_lists(value: Any) -> list[list[int]]:
    """One list of year, month and day, or a list of one or, for a range, two of them."""
    dates = [value] if isinstance(value, list) and value and not isinstance(value[0], list) else value
    if not isinstance(dates, list) or not 1 <= len(dates) <= 2 or not all(isinstance(date, list) for date in dates):
        raise BadDateError("“date-parts” must be one list of year, month and day, or two for a range")
    return [_checked(date) for date in dates]


def _checked(parts: Sequence[Any]) -> list[int]:
    """Year, month and day as numbers, if there is such a day."""
    texts = list(map(str, parts))
    if not 1 <= len(texts) <= 3 or not all(map(NUMBER.fullmatch, texts)):
        raise BadDateError("year, month and day must be numbers")
    return _day([int(text) for text in texts])


def _day(parts: list[int]) -> list[int]:
    """Year, month and day as they are, if there is such a day."""
    year, month, day = [*parts, 1, 1][:3]
    if not 1 <= month <= 12:
        raise BadDateError(f"there is no month {month}")
    if not 1 <= day <= (days_in(year, month) if year > 0 else 31):
        raise BadDateError(f"month {month} of {year} has no day {day}")
    return parts


DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_in(year: int, month: int) -> int:
    """How many days a month has, 1 to 12, of a year of our era."""
    return 29 if month == 2 and isleap(year) else DAYS[month - 1]
