"""Takes packages out of Debian's archive, with the machine's mirror but without touching its apt.

The mirror's address comes from the machine's own configuration; lists and downloads live in a
folder of ours, so that neither root nor a change to the machine is needed.
"""

import os
import shutil
import subprocess
from pathlib import Path

from environment import Failure, run_quietly, say, subfolder

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# What a Debian entry in sources.list may be called; security and third parties are told apart so.
RELEASES = {
    *("bullseye", "bookworm", "trixie", "forky", "sid"),
    *("oldoldstable", "oldstable", "stable", "testing", "unstable"),
}
APT_CONFIG = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "{folder}/state";
Dir::State::Lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
"""


def mirror():
    """Return the address of the Debian mirror that this machine is set up with."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise Failure("this is no Debian, whose archive has what is needed")
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    for line in listing.splitlines():
        uri, _, release = line.partition(" ")
        if release in RELEASES:
            return uri
    raise Failure("apt knows no Debian archive here")


def fetch(packages, target):
    """Download packages and unpack them all into `target`.

    :param list packages: names, `name/suite` for one that is not to come from sid
    :param Path target: an existing folder
    :return: the file names of the packages, which carry their versions
    """
    folder = subfolder("apt")
    try:
        apt = _private_apt(folder)
        say("reading the package lists of Debian's archive")
        run_quietly([*apt, "--error-on=any", "update"], "apt-get update")
        say(f"downloading {packages[0]} and what it needs")
        run_quietly([*apt, "download", *packages], f"download of {packages[0]}", cwd=folder)
        for file in folder.glob("*.deb"):
            run_quietly(["dpkg", "-x", file, target], f"unpacking {file.name.partition('_')[0]}")
        return sorted(file.name for file in folder.glob("*.deb"))
    finally:
        # The package lists are large and soon stale.
        shutil.rmtree(folder)


def _private_apt(folder):
    for name in ("state", "lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    address = mirror()
    (folder / "sources.list").write_text(
        "".join(f"deb {signed}{address} {suite} main\n" for suite in ("sid", "bookworm"))
    )
    (folder / "status").touch()
    (folder / "apt.conf").write_text(APT_CONFIG.format(folder=folder))
    return ["apt-get", "--config-file", folder / "apt.conf", "--yes"]


def install(*packages):
    """Install packages on the machine, if we may, and return whether we might."""
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (root and not _allowed(root)):
        return False
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    apt = [*root, "apt-get", "--yes", "--no-install-recommends"]
    say(f"installing Debian's package {packages[0]}")
    run_quietly([*apt, "update"], "apt-get update of the machine", env=env)
    run_quietly([*apt, "install", *packages], f"installation of {packages[0]}", env=env)
    return True


def _allowed(sudo):
    try:
        return not subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode
    except FileNotFoundError:
        return False
