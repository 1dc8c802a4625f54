"""Addresses that are handed to whatever opens them on this machine."""

import asyncio
import shutil
import sys

_OPENERS = {"darwin": "open", "win32": "explorer"}


async def open_with_system(url: str) -> bool:
    """Hand an address to the system; return whether there was anything to hand it to.

    Not `webbrowser`: without a display that would start a browser in this very terminal.
    """
    program = shutil.which(_OPENERS.get(sys.platform, "xdg-open"))
    if program is None:
        return False
    nowhere = asyncio.subprocess.DEVNULL
    try:
        await asyncio.create_subprocess_exec(program, url, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    except OSError:
        return False
    return True
