"""Browsers with parts turned off: no compiler and no WebAssembly, as in Tor Browser's "Safer" and iOS Lockdown Mode."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import CHECK, FILES, WHAT, ReporterSite
from tests.browser.photos import CAMERA, photo
from tests.browser.site import LiveSite
from tests.support.browser import FLAGS, chromium_path, phone_context

LOCKED_DOWN = """
for (const name of [
    'WebAssembly', 'WebGLRenderingContext', 'WebGL2RenderingContext', 'RTCPeerConnection', 'RTCDataChannel',
    'AudioContext', 'webkitSpeechRecognition', 'Gamepad', 'Notification', 'requestIdleCallback', 'navigation',
    'createImageBitmap', 'OffscreenCanvas', 'Worker', 'SharedArrayBuffer',
]) delete globalThis[name];
"""
# X25519, Ed25519 and the like came late to browsers: only AES-GCM and SHA-256 are asked of WebCrypto
OLD_WEBCRYPTO = """
const { importKey, encrypt, digest } = crypto.subtle;
const kept = { importKey, encrypt, digest };
for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
    if (name === 'constructor') continue;
    SubtleCrypto.prototype[name] = async function (...args) {
        const names = args.map((arg) => arg?.name ?? arg).filter((arg) => typeof arg === 'string');
        const known = names.includes('AES-GCM') || names.includes('SHA-256');
        if (!kept[name] || !known) throw new DOMException(name, 'NotSupportedError');
        return kept[name].apply(this, args);
    };
}
"""
NO_WEBCRYPTO = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });"


@pytest.fixture(scope="module")
def jitless(chromium: Browser) -> Iterator[Browser]:
    """Chromium whose V8 makes no machine code: it interprets, and has no WebAssembly."""
    args = [*FLAGS, "--js-flags=--jitless"]
    browser = chromium.browser_type.launch(executable_path=chromium_path(), headless=True, args=args)
    try:
        yield browser
    finally:
        browser.close()


def round_trip(page: Page, live: LiveSite, picture: Path) -> None:
    """A report with a photo, what the console has of it, and the reply."""
    site = ReporterSite(page, live.url).open()
    site.begin().skip_to(WHAT).write("Nothing but an interpreter").go_on().skip_to(FILES)
    words = site.add_files(photo(picture)).go_on().skip_to(CHECK).send()
    thread = live.psu.thread_of_words(words)
    (post,) = thread.posts
    assert post.post.report is not None
    assert post.post.report.answers["what"].text == "Nothing but an interpreter"
    (ref,) = post.post.files
    assert ref.cleaned
    assert CAMERA.encode() not in live.psu.file(ref)
    live.psu.reply(thread, "We have read it.")
    live.publish()
    site.finish(words)
    site.open().check_replies(words).expect_heading("Your replies")
    assert site.messages() == ["We have read it."]
    assert site.complaints == []


def test_a_report_and_its_reply_work_without_a_compiler(jitless: Browser, live: LiveSite, tmp_path: Path) -> None:
    context = phone_context(jitless)
    page = context.new_page()
    page.goto(live.url)
    assert page.evaluate("typeof WebAssembly") == "undefined"
    round_trip(page, live, tmp_path / "photo.jpg")
    context.close()


@pytest.mark.parametrize("missing", [LOCKED_DOWN, OLD_WEBCRYPTO], ids=["lockdown", "old-webcrypto"])
def test_a_report_and_its_reply_need_no_more_than_old_phones_have(
    missing: str, phone: Page, live: LiveSite, tmp_path: Path
) -> None:
    phone.add_init_script(missing)
    round_trip(phone, live, tmp_path / "photo.jpg")


def test_a_browser_that_cannot_seal_is_told_before_the_first_question(phone: Page, live: LiveSite) -> None:
    phone.add_init_script(NO_WEBCRYPTO)
    site = ReporterSite(phone, live.url).open()
    phone.wait_for_timeout(500)
    site.press("Start now").press("Continue").expect_heading("Your browser cannot seal a report")
    assert "Nothing you wrote was sent." in site.text()
    expect(phone.get_by_role("link", name=re.compile("talk to")).first).to_be_visible()
    assert not [request for request in site.requests if request.startswith("POST")]
