"""Loads what every worker needs, in the process that they are forked from.

All of it stays. To look through it for what may go would take a seventh of the time, and as long again in each worker
and at the end; `batch.worker` begins to look.
"""

from __future__ import annotations

import gc
from importlib import import_module

gc.disable()
import_module("diptych.batch.worker")
gc.freeze()
