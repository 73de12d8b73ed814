"""An epoch with the memory of each batch kept, against the same epoch as glibc and torch have it by default."""

import json
import resource
import sys
from collections.abc import Iterator
from functools import partial

from timing import Line, medians, peak_memory, run_child

# Composites of an epoch: two batches at least, of networks that differ in the size of what a layer holds.
TIMED = {"shufflenet_v2_x0_5": 64, "squeezenet1_1": 32, "mobilenet_v2": 32, "densenet121": 32, "resnet18": 32}
BATCH = 16


def lines() -> Iterator[Line]:
    """CPU time of an epoch and the most memory, each in a process of its own; the weights must be equal."""
    for backbone, fitted in TIMED.items():
        kept, fresh = partial(epoch, backbone, fitted, kept=True), partial(epoch, backbone, fitted, kept=False)
        ours, theirs = kept(), fresh()
        if ours["weights"] != theirs["weights"]:
            raise SystemExit(f"{backbone}: kept memory changes the weights")
        seconds = medians(lambda run=kept: run()["seconds"], lambda run=fresh: run()["seconds"], rounds=3)
        yield Line(f"epoch of {backbone}, memory kept", "memory asked for anew", *seconds, "CPU s")
        yield Line(f"memory of {backbone}, kept", "memory asked for anew", ours["peak"], theirs["peak"], "MB")
        yield Line(f"page faults of {backbone}, kept", "memory asked for anew", ours["faults"], theirs["faults"], "")


def epoch(backbone: str, fitted: int, *, kept: bool) -> dict:
    """What `measure` says, from a process of its own."""
    _, printed = run_child(sys.executable, __file__, backbone, str(fitted), "kept" if kept else "fresh")
    return json.loads(printed.splitlines()[-1])


def measure(backbone: str, fitted: int, *, kept: bool) -> dict:
    """CPU seconds and page faults of the second epoch, the digest of its weights and the peak of memory in MB."""
    import torch

    from fold import make_fold, training_settings
    from pasi.networks.catalogue import NETWORKS
    from pasi.storage.hashing import value_digest
    from pasi.training import torch_device
    from pasi.training.epoch_history import EpochHistory
    from pasi.training.seeds import TrainingJob
    from pasi.training.train import fit_fold

    usage: list[resource.struct_rusage] = []
    note = EpochHistory.on_train_epoch_start

    def noting(*arguments) -> None:
        usage.append(resource.getrusage(resource.RUSAGE_SELF))
        note(*arguments)

    EpochHistory.on_train_epoch_start = noting
    if not kept:
        torch_device.keep_freed_memory = partial(setattr, torch.utils.deterministic, "fill_uninitialized_memory", True)
    settings = training_settings(max_epochs=2, batch_size=BATCH)
    job, data = TrainingJob(NETWORKS[backbone], 0, 0), make_fold(fitted, BATCH)
    fitted_network = fit_fold(job, data, settings, None)
    usage.append(resource.getrusage(resource.RUSAGE_SELF))
    first, last = usage[-2:]
    weights = {name: value.numpy().tobytes().hex() for name, value in fitted_network.state.items()}
    return {
        "seconds": last.ru_utime + last.ru_stime - first.ru_utime - first.ru_stime,
        "faults": last.ru_minflt - first.ru_minflt,
        "weights": value_digest(weights),
        "peak": peak_memory(),
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), kept=sys.argv[3] == "kept")))
