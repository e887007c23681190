"""Takes packages out of Debian's archive, with the machine's mirror but without touching its apt.

The mirror's address comes from the machine's own configuration; lists and downloads live in a
folder of ours, so that neither root nor a change to the machine is needed.
"""

import os
import shutil
import subprocess
from pathlib import Path

from environment import Failure, cache_dir, run_quietly, say, subfolder

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
APT::Sandbox::User "{user}";
APT::Get::List-Cleanup "true";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
"""


def mirror():
    """Return the address of the Debian mirror that this machine is set up with."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise Failure("this is no Debian: set ODOO_SRC to an Odoo 19 of your own (see README.rst)")
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
    raise Failure("apt knows no Debian archive here: set ODOO_SRC to an Odoo 19 of your own")


def fetch(packages, target):
    """Download packages and unpack them all into `target`.

    :param list packages: names, `name/suite` for one that is not to come from sid
    :param Path target: an existing folder
    :return: the file names of the packages, which carry their versions
    """
    folder = _private_apt()
    apt = ["apt-get", "--config-file", folder / "apt.conf", "--yes"]
    downloads = subfolder("apt", "downloads")
    say("reading the package lists of Debian's archive")
    run_quietly([*apt, "--error-on=any", "update"], "apt-get update")
    say(f"downloading {packages[0]} and what it needs")
    run_quietly([*apt, "download", *packages], f"download of {packages[0]}", cwd=downloads)
    return [_unpack(package, downloads, target) for package in packages]


def _unpack(package, downloads, target):
    name = package.partition("/")[0]
    file = max(downloads.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)
    run_quietly(["dpkg", "-x", file, target], f"unpacking {name}")
    file.unlink()
    return file.name


def _private_apt():
    folder = subfolder("apt")
    for name in ("state", "lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    address = mirror()
    (folder / "sources.list").write_text(
        "".join(f"deb {signed}{address} {suite} main\n" for suite in ("sid", "bookworm"))
    )
    (folder / "status").touch()
    user = "root" if os.geteuid() == 0 else ""
    (folder / "apt.conf").write_text(APT_CONFIG.format(folder=folder, user=user))
    return folder


def install(*packages):
    """Install packages on the machine, if we may.

    :return: whether it is there now; False if we are not allowed to install
    """
    sudo = _become_root()
    if sudo is None or not shutil.which("apt-get"):
        return False
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    say(f"installing Debian's package {packages[0]}")
    run_quietly([*sudo, "apt-get", "update"], "apt-get update of the machine", env=env)
    run_quietly(
        [*sudo, "apt-get", "install", "--yes", "--no-install-recommends", *packages],
        f"installation of {packages[0]}",
        env=env,
    )
    return True


def _become_root():
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if allowed.returncode == 0 else None


def clean():
    """Forget the package lists, which are large and soon stale."""
    shutil.rmtree(cache_dir() / "apt", ignore_errors=True)
