"""File systems that lack something: calls that fail as theirs do, and leases of processes on other machines."""

import os
from contextlib import suppress
from pathlib import Path

from pasi.jobs.holder import Holder, Machine, encoded, this_machine, this_process

NO_LOCKS = [22, 37, 38, 95]  # EINVAL, ENOLCK (NFS without lockd), ENOSYS (Lustre), EOPNOTSUPP (FUSE): no flock here
# The same for a process that a test starts: put it before the code and format it with the errno.
WITHOUT_FLOCK = """
import fcntl, os
def fails(file, operation):
    raise OSError({number}, os.strerror({number}))
fcntl.flock = fails
"""


def failing(number):
    """A call that always fails with an errno."""

    def fail(*arguments, **options):
        raise OSError(number, os.strerror(number))

    return fail


def elsewhere(host="node-b", process=4711, token="theirs"):
    """A process of another machine."""
    return Holder(Machine(host, "another boot", "pid:[1]"), process, 99, token)


def here(**changes):
    """A process of this machine; this one, where nothing is changed."""
    return this_process()._replace(**{"machine": this_machine(), "token": "theirs", **changes})


def write_lease(path, holder, touched=None):
    """Write the lease of a process, last touched at some time in seconds since 1970."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(holder))
    if touched is not None:
        os.utime(path, (touched, touched))
    return path


class FakeTime:
    """A clock that stands still except in pauses; `events` are called by the time at which they are due."""

    def __init__(self, **events):
        self.time, self.events, self.pauses = 0.0, [], []

    def at(self, time, event):
        self.events.append((time, event))
        return self

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.time += seconds
        for due in [one for one in self.events if one[0] <= self.time]:
            self.events.remove(due)
            due[1]()


def silly_unlink(unlink=os.unlink):
    """`os.unlink` as NFS has it: a file that is open gets a hidden name, and stays in its folder until it is closed."""

    def remove(path, *, dir_fd=None):
        folder = Path(f"/proc/self/fd/{dir_fd}").readlink() if dir_fd is not None else Path.cwd()
        whole = Path(os.path.abspath(folder / path))
        if whole in open_files():
            os.rename(whole, whole.with_name(f".nfs{len(list(whole.parent.iterdir())):08x}"))
        else:
            unlink(path, dir_fd=dir_fd)

    return remove


def open_files():
    """Paths of all files that this process has open."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found.add(descriptor.readlink())
    return found
