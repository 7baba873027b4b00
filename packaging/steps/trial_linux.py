"""What people on Linux download, installed, updated and removed: the .deb in a copy of this system that is thrown away,
the tar.zst in an account without rights.
"""

import os
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from steps import bundle, icons_made, linux
from steps.trial import FAULTS, HOME_NAME, LIMIT_S, Account, check

# A system of its own: what is written goes into memory, and is gone with the process.
CHANGEABLE = ("usr", "etc", "opt", "var")  # the last one hides where the others keep what is new
WORDS = {"LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def all_of(build: str) -> None:
    with tempfile.TemporaryDirectory(prefix="gpt-studio-linux-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o755)
        for test in (recipe_is_clean, package, archive):
            began = time.monotonic()
            test(build, place)
            print(f"ok  {test.__name__.replace('_', ' '):<18} {time.monotonic() - began:6.1f} s", flush=True)


def stand_in(place: Path) -> Path:
    """A few small files in the bundle's places: enough for the tools that judge the recipe."""
    program = place / "stand-in" / "gpt-studio"
    (program / "_internal" / "resources").mkdir(parents=True)
    shutil.copy("/bin/true", program / "gpt-studio")
    (program / "_internal" / "resources" / "licences.txt").write_text("MIT\n", "utf-8")
    return program


def recipe_is_clean(build: str, place: Path) -> None:
    """Desktop file, AppStream, MIME type and package as the systems' own judges want them."""
    share = place / "share"
    linux.share(share)
    run("desktop-file-validate", share / "applications/gpt-studio.desktop")
    run("appstreamcli", "validate", "--no-net", "--explain", next((share / "metainfo").iterdir()))
    run("update-mime-database", share / "mime")
    check("gptrun" in (share / "mime/globs2").read_text("utf-8"), "*.gptrun is a known kind of file")
    check(
        "application/vnd.gpt-studio.run+zip application/zip" in (share / "mime/subclasses").read_text("utf-8"),
        "and a zip",
    )
    for size in icons_made.LINUX:
        icon = share / f"icons/hicolor/{size}x{size}/apps/gpt-studio.png"
        width, height = (int.from_bytes(icon.read_bytes()[at : at + 4], "big") for at in (16, 20))
        check(width == height == size, f"the icon of {size}", (width, height))
    made = linux.deb(stand_in(place), place, "0.0.1", level=1)
    run("lintian", "--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0", made)


def package(build: str, place: Path) -> None:
    """An older one is installed, this one over it; it runs; removed, it leaves nothing."""
    if os.geteuid() != 0:
        print("    (not root: the package is not installed)")
        return
    older = place / "gpt-studio_0.0.1_amd64.deb"
    newer = next(iter(sorted((bundle.ROOT / "dist").glob(f"gpt-studio_{bundle.version()}_*.deb"))), None)
    check(newer, "dist/ has a .deb: build.py --installers makes it")
    home = place / "home" / HOME_NAME
    home.mkdir(parents=True)
    told = in_throwaway_system(
        f"""
        ls -d /usr/share/icons/hicolor >/dev/null
        find /usr /etc /opt -newermt 2000-01-01 | sort >/var/tmp/before
        dpkg -i {older} && gpt-studio
        dpkg -i {newer}
        gpt-studio --version
        export HOME={shlex.quote(str(home))} OMP_NUM_THREADS=1
        gpt-studio self-test
        printf 'x' >"$HOME/a run.gptrun"
        mkdir -p "$HOME/.config"
        echo "kind: $(XDG_CURRENT_DESKTOP=X-Generic xdg-mime query filetype "$HOME/a run.gptrun" 2>/dev/null || true)"
        grep -h gpt-studio /usr/share/applications/mimeinfo.cache || true
        grep -h gptrun /usr/share/mime/globs2
        dpkg --verify gpt-studio
        dpkg --purge gpt-studio
        find /usr /etc /opt -newermt 2000-01-01 | sort >/var/tmp/after
        diff /var/tmp/before /var/tmp/after | grep gpt && exit 9
        ls /usr/lib/gpt-studio 2>/dev/null && exit 9
        echo all gone
        """
    )
    check(f"GPT Studio {bundle.version()}" in told, "the installed program tells its version", told)
    check("FAIL" not in told and "ok    look" in told and not FAULTS.search(told), "the installed program works", told)
    check("*.gptrun" in told, "the system knows *.gptrun", told)
    check("all gone" in told, "nothing is left", told)


def in_throwaway_system(script: str) -> str:
    """Run a script as root over this system's files; what it changes is forgotten."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        lines = [f"mount -t tmpfs none {name}"]
        for folder in CHANGEABLE:
            lines.append(f"mkdir -p {name}/{folder}/new {name}/{folder}/work")
            options = f"lowerdir=/{folder},upperdir={name}/{folder}/new,workdir={name}/{folder}/work"
            lines.append(f"mount -t overlay overlay -o {options} /{folder}")
        lines.append("mount -t tmpfs none /root" if not str(bundle.ROOT).startswith("/root") else "true")
        whole = "\n".join([*lines, "set -e", script])
        command = ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-ec", whole]
        done = subprocess.run(command, env=WORDS, capture_output=True, text=True, errors="replace", timeout=LIMIT_S)
    check(done.returncode == 0, f"the package's life ends with {done.returncode}", done.stdout + done.stderr)
    return done.stdout + done.stderr


def archive(build: str, place: Path) -> None:
    """Unpacked and installed by somebody without rights, over an older one; it runs; removed, it leaves nothing."""
    packed = next(iter(sorted((bundle.ROOT / "dist").glob(f"gpt-studio-{bundle.version()}-linux-*.tar.zst"))), None)
    check(packed, "dist/ has a .tar.zst: build.py --installers makes it")
    run("tar", "--zstd", "-xf", packed, "-C", place)
    folder = place / packed.name.removesuffix(".tar.zst")
    account = Account(place / "accounts")
    usual = {"PATH": "/usr/bin:/bin"}
    program = account.home / ".local/lib/gpt-studio"
    for _ in range(2):  # the second time over the first
        done = account.run(folder / "install.sh", "--user", **usual)
        check(done.returncode == 0, f"install.sh ends with {done.returncode}", done.stdout + done.stderr)
        check(not program.with_name("gpt-studio.new").exists(), "nothing half-done is left")
    done = account.run(account.home / ".local/bin/gpt-studio", "--version")
    check(
        done.stdout.strip() == f"GPT Studio {bundle.version()}",
        "the installed program starts",
        done.stdout + done.stderr,
    )
    desktop = account.home / ".local/share/applications/gpt-studio.desktop"
    run("desktop-file-validate", desktop)
    command = next(line for line in desktop.read_text("utf-8").splitlines() if line.startswith("Exec="))
    check(str(program).replace("%", "%%") in command, "the menu's entry names the program", command)
    done = account.run(folder / "install.sh", "--uninstall", **usual)
    left = [path for path in (account.home / ".local").rglob("*") if "gpt" in path.name.lower()]
    check(done.returncode == 0 and not left, "nothing is left", left)


def run(*command: object) -> None:
    words = [str(part) for part in command]
    check(shutil.which(words[0]), f"install {words[0]} (packaging/linux/tools.txt)")
    done = subprocess.run(words, capture_output=True, text=True, errors="replace")
    check(done.returncode == 0, f"{' '.join(words)} ends with {done.returncode}", done.stdout + done.stderr)
