"""Firefox as its makers ship it, with a profile of its own, driven over WebDriver BiDi.

Playwright drives only a Firefox that it patched; tests/firefox/drive.mjs (puppeteer-core) drives Debian's.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local.programs import end_with_parent
from tests.support.processes import Processes

DRIVE = Path(__file__).with_name("drive.mjs")
Prefs = Mapping[str, bool | int | str]

QUIET: Prefs = {
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "browser.aboutConfig.showWarning": False,
    "browser.aboutwelcome.enabled": False,
    "browser.contentblocking.report.monitor.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "captivedetect.canonicalURL": "",
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "dom.file.createInChild": True,  # for files that a test adds
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "remote.prefs.recommended": False,
    "security.OCSP.enabled": 0,
    "security.remote_settings.crlite_filters.enabled": False,
    "services.settings.server": "data:,",
    "termsofuse.bypassNotification": True,
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.unified": False,
    # what still tries to get out finds nobody there; the site is on this machine and asked directly
    "network.proxy.type": 1,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
"""A Firefox that calls nobody by itself. What it keeps on disk is as it is everywhere."""

SAFER: Prefs = {
    "privacy.resistFingerprinting": True,
    "privacy.resistFingerprinting.letterboxing": True,
    "browser.privatebrowsing.autostart": True,
    "javascript.options.wasm": False,
    "javascript.options.ion": False,
    "javascript.options.baselinejit": False,
    "javascript.options.asmjs": False,
    "javascript.options.native_regexp": False,
    "dom.navigation.webidl.enabled": False,
    "dom.security.https_only_mode": False,  # the site under test is on this machine, without TLS
    "mathml.disabled": True,
    "webgl.disabled": True,
}
"""As Tor Browser sets it at its level "Safer", on a Firefox without the Navigation API, as older ones are."""


class NoFirefox(AssertionError):
    """Firefox is not installed. `make test` installs it when run as root; otherwise: apt-get install firefox-esr."""


class FirefoxFailed(AssertionError):
    """Firefox did not do what the test asked for; what it said follows."""


def firefox_path() -> str:
    """The system's Firefox; the variable FIREFOX names another. Raises NoFirefox."""
    found = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    if not found:
        raise NoFirefox(NoFirefox.__doc__)
    return found


class Firefox:
    """One running Firefox. All that it writes is under `home`, which a later one may be given again."""

    def __init__(self, processes: Processes, home: Path, prefs: Prefs) -> None:
        self.home = home
        profile, scratch = home / "profile", home / "tmp"
        for folder in (profile, scratch):
            folder.mkdir(parents=True, exist_ok=True)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in {**QUIET, **prefs}.items()]
        (profile / "user.js").write_text("".join(lines))
        self.program = processes.start(
            firefox_path(), "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0",
            name="firefox", env={"HOME": str(home), "TMPDIR": str(scratch), "MOZ_CRASHREPORTER_DISABLE": "1"},
        )  # fmt: skip
        endpoint = self.program.wait_for_line("WebDriver BiDi listening on ").split()[-1]
        self._node = subprocess.Popen(
            ["node", DRIVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 # one prctl call
        )
        self.ask("connect", endpoint=f"{endpoint}/session")

    def ask(self, command: str, **words: Any) -> Any:
        """What drive.mjs answers to a command. Raises FirefoxFailed."""
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps({"do": command, **words}) + "\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        said = json.loads(line) if line else {"failure": "the driver ended"}
        if "failure" in said:
            raise FirefoxFailed(said["failure"])
        return said["answer"]

    def kill(self) -> None:
        """As when the battery is taken out."""
        self.program.kill()
        self._end_driver()

    def stop(self) -> None:
        """As when the user closes it."""
        self.program.stop()
        self._end_driver()

    def _end_driver(self) -> None:
        self._node.kill()
        self._node.wait(10)
