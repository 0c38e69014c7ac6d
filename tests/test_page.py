"""The page in a real browser: Debian's Chromium, driven by Playwright."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, build_opener

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.page

LONG = 30_000  # milliseconds that a slow machine may take
CHROMIUM = "/usr/bin/chromium"
PHONE, LAPTOP, ZOOMED = {"width": 390, "height": 844}, {"width": 1366, "height": 768}, {"width": 683, "height": 384}
VIEWS = ["Explore", "Watch one", "Take a chair", "Score a deal", "Class"]


def free_port() -> int:
    """A port that nobody listens at."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`parley teach` in a process of its own."""

    def __init__(self, scenario: str, folder: Path, *more: str) -> None:
        self.port = free_port()
        self.words = [sys.executable, "-m", "sim", "teach", scenario, "--no-browser", "--keep", str(folder)]
        self.words += ["--port", str(self.port), *more]
        self.log = folder / "log"
        folder.mkdir(parents=True, exist_ok=True)
        self.start()

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        env = {name: word for name, word in os.environ.items() if not name.startswith("PYTEST")}  # NiceGUI minds it
        with self.log.open("a") as log:
            self.process = subprocess.Popen(self.words, stdout=log, stderr=log, cwd=Path(__file__).parents[1], env=env)
        opener = build_opener(ProxyHandler({}))
        for _ in range(1200):
            try:
                opener.open(self.address, timeout=5).close()
                return
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server("two_issues", tmp_path_factory.mktemp("kept"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def visit(chromium: "Browser", address: str, size: Any = None) -> "Iterator[Page]":
    """A browser of its own on the page; nothing may go wrong in it, and nothing may be asked of another machine."""
    context = chromium.new_context(viewport=size or LAPTOP)
    context.set_default_timeout(LONG)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: None if request.url.startswith((address, "data:")) else wrong.append(request.url))
    page.on("websocket", lambda opened: None if opened.url.startswith(f"ws{address[4:]}/") else wrong.append(opened.url))
    page.goto(address)
    yield page
    context.close()
    assert not wrong


def played(page: "Page", replicates: str = "5,120") -> str:
    """The headline, once so many replicates are played."""
    headline = page.get_by_text(f"of {replicates} replicates")
    headline.wait_for()
    return headline.inner_text()


def turn_to(page: "Page", view: str) -> None:
    """Choose a view."""
    page.get_by_role("tab", name=view).click()


def press(page: "Page", button: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=button, exact=True).filter(visible=True).click()


def wide(page: "Page") -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_a_slider_moved_by_keys_draws_anew_over_the_ghost(server: Server, chromium: "Browser") -> None:
    with visit(chromium, server.address) as page:
        shipped = played(page)
        ghosts = page.locator("svg text", has_text="as shipped")
        assert "as shipped" not in shipped and ghosts.count() == 0
        page.get_by_role("slider", name="Mia: No deal is worth").focus()
        page.keyboard.press("End")
        moved = page.locator(".agreement", has_text=re.compile("of 5,120 replicates.*as shipped"))
        moved.wait_for()
        told = moved.inner_text()
        assert told.split("(")[0] != shipped.split("(")[0], told
        assert page.get_by_text("(was 20 to 40)").count() == 1 and ghosts.count() >= 2
        press(page, "Undo")
        expect_text(page, shipped)
        assert page.get_by_text("(was").count() == 0


def expect_text(page: "Page", text: str) -> None:
    """The headline says just this, before long."""
    page.wait_for_function("text => document.querySelector('.agreement').textContent === text", arg=text)


def test_reset_copy_and_open(server: Server, chromium: "Browser") -> None:
    with visit(chromium, server.address) as page:
        shipped = played(page)
        rounds = page.locator("input[data-path='talks.rounds']")
        page.get_by_text("Talks", exact=True).click()
        rounds.fill("4")
        page.get_by_text("(was 20)").wait_for()
        press(page, "Copy as YAML")
        text = page.get_by_label("The variant as YAML").input_value()
        assert text.startswith("extends: two_issues\n") and "rounds: 4" in text
        assert page.get_by_role("heading", level=1).inner_text().endswith(", as moved in Explore")
        press(page, "Copy")
        press(page, "Close")
        press(page, "Reset")
        expect_text(page, shipped)
        press(page, "Open YAML")
        page.get_by_label("Paste it here").fill("extends: two_issues\ntalks: {round: 4}\nabout: <img src=x onerror=alert(1)>\n")
        page.get_by_role("button", name="Open", exact=True).click()
        page.get_by_text("opened.yaml:2:9: talks.round:").wait_for()
        page.get_by_label("Paste it here").fill("")
        page.keyboard.press("Control+V")
        assert page.get_by_label("Paste it here").input_value() == text
        page.get_by_label("Paste it here").fill(text.replace("title: ", "title: <img src=x onerror=alert(1)> "))
        page.get_by_role("button", name="Open", exact=True).click()
        page.get_by_label("Paste it here").wait_for(state="hidden")
        page.locator(".agreement", has_text=re.compile("of 5,120 replicates.*as shipped")).wait_for()
        assert page.locator("img[src=x]").count() == 0


def test_a_page_loaded_anew_shows_the_view_that_it_showed(server: Server, chromium: "Browser") -> None:
    with visit(chromium, server.address) as page:
        played(page)
        turn_to(page, "Score a deal")
        page.wait_for_url("**/?view=score")
        page.reload()
        page.get_by_role("table", name="Signatures").wait_for()
        page.goto(f"{server.address}/?view=nonsense")
        played(page)


def test_numbers_stand_behind_a_fold(server: Server, chromium: "Browser") -> None:
    with visit(chromium, server.address) as page:
        played(page)
        page.get_by_text("The same in numbers").click()
        table = page.get_by_role("table", name="How the talks ended")
        table.wait_for()
        assert re.search(r"Agreement\s+\d+\.\d\s%\s\(\d", table.inner_text())


def test_a_bar_leads_to_a_run_that_ended_so_and_keys_walk_through_it(server: Server, chromium: "Browser") -> None:
    with visit(chromium, server.address) as page:
        played(page)
        page.locator("svg path[fill='#0b5f97']").filter(visible=True).first.click()
        page.get_by_text(re.compile(r"^Replicate \d+\. Round \d+ of 20: ")).wait_for()
        page.get_by_role("table", name="Mia proposes").wait_for()
        page.wait_for_function("document.activeElement.getAttribute('aria-label') === 'Round'")
        page.keyboard.press("End")
        page.get_by_text(re.compile(r"^Round \d+ of 20$")).wait_for()
        page.get_by_text(re.compile(r"(Mia|Otto) signs .*'s offer of round|^signs$")).filter(visible=True).first.wait_for()
        page.get_by_role("button", name="Back", exact=True).focus()
        page.keyboard.press("Enter")
        page.get_by_text("The whole story").click()
        page.get_by_text("What no deal is worth to each").wait_for()


def test_the_view_of_a_deal_follows_package_and_options(server: Server, chromium: "Browser") -> None:
    with visit(chromium, server.address) as page:
        played(page)
        turn_to(page, "Score a deal")
        page.get_by_text("All who must sign would in").wait_for()
        before = page.get_by_role("table").first.inner_text()
        page.get_by_role("combobox", name="What is the monthly salary?").click()
        page.get_by_role("option", name="4000 euros").click()
        page.wait_for_function("text => document.querySelector('table.numbers').innerText !== text", arg=before)
        page.get_by_role("table", name="Points by issue").wait_for()


def test_every_view_can_be_reached_by_keys(server: Server, chromium: "Browser") -> None:
    with visit(chromium, server.address) as page:
        played(page)
        page.get_by_role("tab", name="Explore").focus()
        for view in VIEWS[1:]:
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
            page.wait_for_function(
                "name => document.querySelector('.q-tab--active').innerText.trim() === name", arg=view, timeout=LONG
            )
        reached = set()
        turn_to(page, "Explore")
        for _ in range(40):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"))
        assert {"Undo", "Open YAML", "Mia: Firmness"} <= reached


@pytest.mark.parametrize("size", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_no_view_is_wider_than_a_narrow_window(server: Server, chromium: "Browser", size: Any) -> None:
    with visit(chromium, server.address, size) as page:
        played(page)
        for view in VIEWS:
            turn_to(page, view)
            page.wait_for_timeout(700)
            assert wide(page) <= 0, view


def test_a_game_is_found_again_after_reload_and_after_a_restart(tmp_path: Path, chromium: "Browser") -> None:
    server = Server("two_issues", tmp_path)
    try:
        context = chromium.new_context(viewport=LAPTOP)
        context.set_default_timeout(LONG)
        page = context.new_page()
        page.goto(server.address)
        played(page)
        turn_to(page, "Take a chair")
        press(page, "Mia")
        press(page, "Put this deal")
        said = page.get_by_text("Otto proposes")
        said.wait_for()
        for again in ("reload", "restart"):
            if again == "restart":
                server.stop()
                server.start()
            page.goto(server.address)
            turn_to(page, "Take a chair")
            page.get_by_text("You are Mia. Round 2").wait_for()
            assert said.count() == 1
        page.get_by_text("Advice: what the program would do").click()
        page.get_by_text(re.compile("^It would (put|sign)")).wait_for()
        press(page, "Take back")
        page.get_by_text("You are Mia. Round 1").wait_for()
        press(page, "Leave the talks")
        page.get_by_text("How it ended").wait_for()
        page.get_by_role("table", name="Your result").get_by_text("The program in your chair, with the same luck").wait_for()
        context.close()
    finally:
        server.stop()


def test_two_browsers_play_one_talk_and_the_lecturer_sees_all(server: Server, chromium: "Browser") -> None:
    with (
        visit(chromium, server.address) as lecturer,
        visit(chromium, server.address, PHONE) as mia,
        visit(chromium, server.address) as otto,
    ):
        turn_to(lecturer, "Class")
        press(lecturer, "Open")
        lecturer.locator(".code").wait_for()
        code = lecturer.locator(".code").inner_text().split()[-1]
        for page, name in ((mia, "Mia"), (otto, "Otto")):
            turn_to(page, "Class")
            page.get_by_label("Code").fill("WRONG1")
            press(page, "Join")
            page.get_by_text("There is no game of this code.").wait_for()
            page.get_by_label("Code").fill(code.lower())
            press(page, "Join")
            press(page, name)
            page.get_by_text(f"You are {name}. The talks have not begun").wait_for()
        lecturer.get_by_text("Nobody else can come in: for that, start the page with --share.").wait_for()
        press(lecturer, "Begin")
        mia.get_by_text("Round 1 of 20: your turn").wait_for()
        otto.get_by_text("waiting for Mia").wait_for()
        assert otto.get_by_role("button", name="Put this deal").count() == 0
        assert "Confidential: Otto" not in mia.content() and "Confidential: Mia" not in otto.content()
        assert lecturer.get_by_text("Confidential: ").filter(visible=True).count() == 0
        lecturer.get_by_text("For your eyes alone").click()
        for name in ("Mia", "Otto"):
            lecturer.get_by_role("table", name=f"Confidential: {name}").wait_for()
        press(mia, "Put this deal")
        otto.get_by_text("Round 1 of 20: your turn").wait_for()
        press(otto, "Sign")
        for page in (mia, otto, lecturer):
            page.get_by_text("The deal on the frontier").wait_for()
        lecturer.get_by_text("The talks are over, round 1. Agreement.").wait_for()
        lecturer.get_by_role("table", name="Points", exact=True).wait_for()
        lecturer.locator("svg text", has_text="this table").first.wait_for()


def test_nobody_sees_anothers_sliders(server: Server, chromium: "Browser") -> None:
    with visit(chromium, server.address) as one, visit(chromium, server.address) as other:
        shipped = played(one)
        assert played(other) == shipped
        one.get_by_text("Talks", exact=True).click()
        one.locator("input[data-path='talks.rounds']").fill("2")
        one.locator(".agreement", has_text=re.compile("of 5,120 replicates.*as shipped")).wait_for()
        assert played(other) == shipped and "(was" not in other.content()


def test_another_host_name_and_a_large_body_are_turned_away(server: Server) -> None:
    with closing(socket.create_connection(("127.0.0.1", server.port))) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n")
        assert b" 400 " in line.recv(200)
    with closing(socket.create_connection(("127.0.0.1", server.port))) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999\r\nConnection: close\r\n\r\n")
        assert b" 413 " in line.recv(200)


def test_the_page_is_bound_to_this_machine_alone(server: Server) -> None:
    from sim.web.server import addresses

    with pytest.raises(OSError):
        socket.create_connection((addresses()[0], server.port), timeout=3).close()
    log = server.log.read_text()
    assert "for this machine alone" in log and "code" not in log


def test_a_shared_page_asks_other_machines_for_the_code(tmp_path: Path, chromium: "Browser") -> None:
    server = Server("two_issues", tmp_path, "--share")
    try:
        told = re.search(r"in the room: (http://(.*):\d+)  Join code: (\w+)", server.log.read_text())
        assert told is not None
        with visit(chromium, told[1]) as page:
            page.get_by_label("Join code").fill("WRONG1")
            press(page, "Come in")
            page.get_by_text("This is not the code.").wait_for()
            assert page.get_by_role("tab").count() == 0
            page.get_by_label("Join code").fill(told[3].lower())
            press(page, "Come in")
            played(page)
            turn_to(page, "Class")
            page.get_by_label("Code").wait_for()
            assert page.get_by_text("Open a class").count() == 0
    finally:
        server.stop()


def test_a_port_in_use_is_one_clear_line(server: Server, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "sim", "teach", "pie", "--no-browser", "--keep", str(tmp_path), "--port", str(server.port)]
    told = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert told.returncode == 2 and told.stderr.count("\n") == 1 and f"--port {server.port}: cannot be used" in told.stderr


@pytest.mark.parametrize("ended_with", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_page_that_ends_leaves_no_process_behind(tmp_path: Path, ended_with: signal.Signals) -> None:
    ended = Server("two_issues", tmp_path)
    left = below(ended.process.pid)
    ended.process.send_signal(ended_with)
    ended.process.wait(20)
    until = time.monotonic() + 30
    while (alive := [pid for pid in left if Path(f"/proc/{pid}").exists()]) and time.monotonic() < until:
        time.sleep(0.1)
    assert len(left) > 2  # a server of forks, and workers
    assert not alive


def below(pid: int) -> list[int]:
    """The processes that this one has started, and those that they have."""
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [one for word in told.split() for one in (int(word), *below(int(word)))]
