"""How long the page takes: from a slider's move to the first redrawn picture, in one browser and for thirty clients at once.

`python tests/benchmarks/page.py [SCENARIO] [--clients N]` starts the page and moves a slider thirty times in Debian's Chromium,
each time from rest; the clock stops with the frame after the new headline. Then N clients without a screen move one slider each,
at the same moment, three times; a client's clock stops when the new headline has reached it. Both are wall clock and hang on what
else the machine does: the load is printed beside them.
"""

import argparse
import ast
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import socketio

ROOT, PORT, MOVES, TIMES = Path(__file__).parents[2], 8799, 30, 3
ADDRESS = f"http://127.0.0.1:{PORT}"

IN_BROWSER = """async moves => {
  const head = document.querySelector('.agreement'), took = [];
  const slider = [...document.querySelectorAll('input[type=range]')].find(one => one.dataset.path.includes('.firmness'));
  const sleep = time => new Promise(done => setTimeout(done, time));
  const [low, high] = [Number(slider.min), Number(slider.max)];
  for (let move = 0; move < moves; move++) {
    while (!head.textContent.includes('of 5,120')) await sleep(20);
    await sleep(100);
    const started = performance.now();
    const drawn = new Promise(done => {
      const seen = new MutationObserver(() => {
        seen.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0));
      });
      seen.observe(head, {childList: true, characterData: true, subtree: true});
    });
    slider.value = low + (high - low) * ((7 * move) % 20 + 1) / 40;
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    took.push(await drawn - started);
  }
  return took;
}"""


def in_a_browser() -> list[float]:
    """Milliseconds from a slider's move to the frame after the first new picture."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(ADDRESS)
        page.get_by_text("of 5,120").first.wait_for(timeout=120_000)
        took: list[float] = page.evaluate(IN_BROWSER, MOVES)
        browser.close()
    return took


class Client:
    """A tab without a screen: it loads the page, shakes hands, moves one slider, and waits for the headline."""

    def __init__(self) -> None:
        self.wire = socketio.AsyncClient()
        self.wire.on("update", self._heard)
        self.seen: asyncio.Queue[str] = asyncio.Queue()

    async def enter(self, session: aiohttp.ClientSession) -> None:
        """Load the page and connect to it."""
        text = await (await session.get(ADDRESS)).text()
        query = ast.literal_eval(re.search(r"query: (\{.*\}),", text)[1])  # type: ignore[index]
        self.id = query["client_id"]
        elements = json.loads(unescape(re.search(r"parseElements\(String\.raw`(.*?)`\)", text, re.DOTALL)[1]))  # type: ignore[index]
        self.slider = next(
            (number, event["listener_id"])
            for number, one in elements.items()
            if ".firmness" in str((one.get("props") or {}).get("data-path"))
            for event in one["events"]
        )
        query |= {"implicit_handshake": "true", "document_id": self.id, "tab_id": self.id, "old_tab_id": ""}
        await self.wire.connect(f"{ADDRESS}?{urlencode(query)}", socketio_path="_nicegui_ws/socket.io", transports=["websocket"])

    async def move(self, to: float) -> float:
        """Move the slider; seconds until the first new picture."""
        while not self.seen.empty():
            self.seen.get_nowait()
        number, listener = self.slider
        event = {"id": int(number), "client_id": self.id, "listener_id": listener, "args": [json.dumps(str(to))]}
        started = time.perf_counter()
        await self.wire.emit("event", event)
        while "of 512 " not in await asyncio.wait_for(self.seen.get(), 60):
            pass
        return time.perf_counter() - started

    async def rest(self) -> None:
        """Wait for the refined picture."""
        while "of 5,120 " not in await asyncio.wait_for(self.seen.get(), 120):
            pass

    def _heard(self, update: dict[str, Any]) -> None:
        for one in update.values():
            text = (one.get("text") or "") if isinstance(one, dict) else ""
            if text.startswith("Agreement in"):
                self.seen.put_nowait(text)


async def all_at_once(many: int) -> list[float]:
    """Seconds from the move to the first picture, of each client and each time."""
    took = []
    async with aiohttp.ClientSession() as session:
        clients = [Client() for _ in range(many)]
        for client in clients:
            await client.enter(session)
        await asyncio.gather(*(client.rest() for client in clients))
        for turn in range(TIMES):
            took += await asyncio.gather(*(client.move(2 + (n + turn) % 10 / 4) for n, client in enumerate(clients)))
            await asyncio.gather(*(client.rest() for client in clients))
        for client in clients:
            await client.wire.disconnect()
    return took


def main() -> None:
    """Start the page, time it, and say how long it took."""
    given = argparse.ArgumentParser()
    given.add_argument("scenario", nargs="?", default="berlin")
    given.add_argument("--clients", type=int, default=30)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "sim", "teach", asked.scenario, "--no-browser", "--keep", folder, "--port", str(PORT)]
        server = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            time.sleep(12)
            told = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
            took = sorted(in_a_browser())
            print(
                f"{asked.scenario}, one browser, {len(took)} moves: median {statistics.median(took):.0f} ms, "
                f"95th percentile {took[int(0.95 * len(took))]:.0f} ms ({told})"
            )
            told = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
            many = sorted(asyncio.run(all_at_once(asked.clients)))
            print(
                f"{asked.scenario}, {asked.clients} clients at once: median {statistics.median(many):.2f} s, "
                f"95th percentile {many[int(0.95 * len(many))]:.2f} s ({told})"
            )
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    main()
