"""The process that holds a lock, recorded so that other processes and other machines can judge whether it is alive."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ENDED = ("Z", "X")  # states in /proc/PID/stat of a process that has ended and still has an entry


class Machine(NamedTuple):
    """Where a process runs: host name, id of the machine's last boot, and process namespace ("" where unknown).

    Process numbers mean the same only where all three are equal: two machines may have one host name, and a container
    has process numbers of its own.
    """

    host: str
    boot: str
    namespace: str


class Holder(NamedTuple):
    """A process that holds a lock.

    born: when the process started, in ticks since the boot, 0 where unknown; a later process may get the same number.
    token: a random name of this one acquisition.
    """

    machine: Machine
    process: int
    born: int
    token: str

    def __str__(self) -> str:
        return f"process {self.process} on {self.machine.host}"

    @property
    def on_this_machine(self) -> bool:
        """Whether the process runs, or ran, on this machine since its last boot, in a container or not."""
        here = this_machine()
        return self.machine.boot == here.boot if self.machine.boot and here.boot else self.machine.host == here.host

    @property
    def alive(self) -> bool | None:
        """Whether the process is alive; None where its process number means nothing here."""
        if self.machine != this_machine():
            return None
        try:
            os.kill(self.process, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:  # it belongs to another user
            pass
        state, born = _state_and_birth(self.process)
        return state not in ENDED and (0 in (born, self.born) or born == self.born)


def this_machine() -> Machine:
    """Where this process runs."""
    boot = namespace = ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    with suppress(OSError):
        namespace = os.readlink("/proc/self/ns/pid")
    return Machine(os.uname().nodename, boot, namespace)


def this_process() -> Holder:
    """This process, with a new token."""
    return Holder(this_machine(), os.getpid(), _state_and_birth(os.getpid())[1], secrets.token_hex(8))


def encoded(holder: Holder) -> bytes:
    """A holder as one line of JSON."""
    return (json.dumps({**holder._asdict(), "machine": holder.machine._asdict()}) + "\n").encode()


def decoded(record: bytes) -> Holder | None:
    """The holder that a record names in its first line; None where the record is empty, torn or of another kind."""
    try:
        fields = json.loads(record.split(b"\n", 1)[0])
        machine = Machine(**fields.pop("machine"))
        holder = Holder(machine, **fields)
        return holder if holder.process > 0 and isinstance(holder.born, int) else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _state_and_birth(process: int) -> tuple[str, int]:
    """State and start of a process, as Linux shows them in /proc; "" and 0 where they are not shown."""
    try:
        # The name of the program stands in parentheses and may itself hold spaces and parentheses.
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return fields[0], int(fields[19])
    except (OSError, ValueError, IndexError):
        return "", 0
