"""The run writes where others read: another slot, the ledger, the checkout, another's results."""

import pytest

WAYS = {
    "the ledger": "ROOT/.orgloop/lab.db",
    "the person's checkout": "ROOT/train.py",
    "another slot": "ROOT/.orgloop/worktrees/2/train.py",
    "another slot, by a relative path": "../2/train.py",
    "the frozen files": "ROOT/.orgloop/frozen/evaluate.py",
    "another measurement's artifacts": "ROOT/.orgloop/scratch/r1-e0999-m1/artifacts/model.txt",
    "another measurement's result": "ROOT/.orgloop/jobs/r1-e0999-m1/result.json",
    "its own result": "ROOT/.orgloop/jobs/r1-e0001-m1/result.json",
    "git's hooks": "ROOT/.git/hooks/post-checkout",
    "the home directory": "HOME/.bashrc",
    "the system": "/etc/passwd",
    "the interpreter": "PREFIX/lib/sitecustomize.py",
    "a device": "/dev/vda",
    "the kernel's settings": "/proc/sys/kernel/core_pattern",
    "another process": "/proc/1/mem",
    "its own cgroup": "/sys/fs/cgroup/cgroup.procs",
}


@pytest.mark.parametrize("place", WAYS.values(), ids=WAYS)
async def test_what_is_written_elsewhere_never_arrives(arena, tmp_path, monkeypatch, place) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".bashrc").write_text("mine")
    monkeypatch.setenv("HOME", str(home))
    for name in ("scratch/r1-e0999-m1/artifacts", "jobs/r1-e0999-m1"):
        (arena.home / name).mkdir(parents=True)
    (arena.home / "scratch/r1-e0999-m1/artifacts/model.txt").write_text("theirs")
    (arena.home / "jobs/r1-e0999-m1/result.json").write_text("{}")
    before = arena.outside() | {"job": (arena.home / "jobs/r1-e0999-m1/result.json").read_text()}
    code = f"""
    import os, sys
    path = {place!r}.replace("ROOT", {str(arena.root)!r})
    path = path.replace("HOME", os.environ["HOME"]).replace("PREFIX", sys.prefix)
    for make in (False, True):
        try:
            if make: os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "w").write("STOLEN")
            print("wrote", os.path.exists(path))
        except OSError as error:
            print(type(error).__name__)
    """
    said = await arena.alone(code)
    after = arena.outside() | {"job": (arena.home / "jobs/r1-e0999-m1/result.json").read_text()}
    assert len(said.splitlines()) == 2, said
    assert after == before
    assert (arena.home / "jobs" / "r1-e0001-m1" / "result.json").read_text()[:6] == '{"id":'


async def test_without_a_box_the_ledger_would_be_written(arena) -> None:
    ledger = arena.home / "lab.db"
    assert arena.naive("open('../../lab.db', 'w').write('STOLEN')") == ""
    assert ledger.read_text() == "STOLEN"


async def test_a_slot_that_is_torn_down_from_within_hurts_nobody_else(arena) -> None:
    before = arena.outside()
    measured = await arena.attempt(
        """
        import os, shutil
        shutil.rmtree(".", ignore_errors=True)
        os.makedirs("a/" * 200)
        for mode in (0, 0o777): os.chmod(".", mode)
        print(os.listdir("."))
        """
    )
    assert measured.crash.kind == "frozen files"
    assert arena.outside() == before


async def test_mounted_data_cannot_be_changed(arena) -> None:
    data = arena.root / "data"
    data.mkdir()
    (data / "train.txt").write_text("as it was")
    said = await arena.alone(
        """
        import os
        for act in (lambda: open("data/train.txt", "w"), lambda: os.unlink("data/train.txt"),
                    lambda: os.rename("data", "other"), lambda: os.chmod("data/train.txt", 0o777),
                    lambda: os.setxattr("data/train.txt", "user.x", b"1"),
                    lambda: os.utime("data/train.txt"), lambda: open("data/new", "w")):
            try: act()
            except OSError as error: print(error.errno)
            else: print("STOLEN")
        """,
        mounts=["data"],
    )
    assert "STOLEN" not in said
    assert [path.name for path in data.iterdir()] == ["train.txt"]
    assert (data / "train.txt").read_text() == "as it was"
