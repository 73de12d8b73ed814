"""What this project does on the GPU of this machine: is it right, what makes it wait, how fast is it; `make gpu-check`.

Parts, in order: the machine, the tests that need a GPU (`pytest -m gpu`), a step as one CUDA graph (gpu_step.py),
trainings that share the GPU (gpu_sharing.py), speed (gpu.py). Each runs in processes of its own and is ended when its
time is up, so that neither an error nor a lost CUDA context ends the rest. What each prints is kept in OUT/PART.txt.
Needs torch, torchvision, Lightning, pyarrow and pytest, and no Snakemake. Changes nothing of the card.
"""

import argparse
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

BENCHMARKS = Path(__file__).parent
CHECKOUT = BENCHMARKS.parent
LEAST = 15  # seconds under which a part is not begun
SPEED = ["tf32", "bf16", "fp32"]
STEPPED = ["squeezenet1_1", "mobilenet_v2", "resnet34"]
NETWORKS = [*STEPPED, "densenet121", "vgg11_bn", "googlenet"]


def parts(device: str, *, mps: bool) -> dict[str, tuple[float, list[str]]]:
    """The share of the time that each part may have, and its command; on a CPU a small one, to try the programs.

    Each starts Python and torch anew, which took up to 20 s where a card was lent. What a part leaves goes to the last
    one, which prints a line a network and has something to tell whenever it is ended.
    """
    program = {name: str(BENCHMARKS / f"gpu{name}.py") for name in ("", "_check", "_step", "_sharing")}
    small = ["--device", "cpu", "--fitted", "32"] if device == "cpu" else []
    few = ["--backbones", "squeezenet1_1"]
    sharing = ["--backbone", "squeezenet1_1", "--processes", "1", "4", "--epochs", "4", "--cuda-graph"]
    if small:
        sharing = ["--backbone", "squeezenet1_1", "--processes", "1", "2", "--epochs", "3"]
    return {
        "machine": (0.07, [program["_check"], "--machine"]),
        "tests": (0.46, ["-m", "pytest", "-m", "gpu", "-v", "-p", "no:cacheprovider", str(CHECKOUT / "tests" / "gpu")]),
        "step": (0.14, [program["_step"], *(few if small else ["--backbones", *STEPPED]), *small]),
        "sharing": (0.19, [program["_sharing"], *sharing, *small, *(["--mps"] if mps else [])]),
        "speed": (0.14, [program[""], *(few if small else ["--backbones", *NETWORKS]), "--precision", *SPEED, *small]),
    }


def main() -> None:
    """Run the parts one after the other, within `--seconds` in all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=420)
    parser.add_argument("--out", type=Path, default=CHECKOUT / "build" / "gpu")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--parts", nargs="+", choices=list(parts("cuda", mps=False)))
    parser.add_argument("--mps", action="store_true", help="share the GPU under MPS, by a daemon of this user")
    parser.add_argument("--machine", action="store_true", help="only say what this machine is")
    chosen = parser.parse_args()
    if chosen.machine:
        print("\n".join(machine()))
        return
    chosen.out.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + chosen.seconds
    wanted = {
        name: part for name, part in parts(chosen.device, mps=chosen.mps).items() if name in (chosen.parts or [name])
    }
    for name, (share, command) in wanted.items():
        left = until - time.monotonic()
        if left < LEAST:
            print(f"== {name}: not run, {left:.0f} s were left", flush=True)
            continue
        print(f"== {name}", flush=True)
        due = left if name == list(wanted)[-1] else min(max(share * chosen.seconds, LEAST), left)
        state = run_part(command, due, chosen.out / f"{name}.txt")
        print(f"== {name}: {state}", flush=True)


def run_part(command: list[str], limit: float, log: Path) -> str:
    """Run a program with this Python, show and keep what it prints; how it ended."""
    paths = [str(CHECKOUT / "src"), str(BENCHMARKS), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    ) as process:
        timer = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        with log.open("w") as file:
            for line in process.stdout or ():
                file.write(line)
                print(line, end="", flush=True)
        process.wait()
        timer.cancel()
    taken = time.monotonic() - started
    ended = "ended" if process.returncode == 0 else f"failed ({process.returncode})"
    return f"{'its time was up' if process.returncode == -signal.SIGKILL else ended}, {taken:.0f} s"


def machine() -> list[str]:
    """The card, the versions, and how many GPUs a lease would count."""
    import pytorch_lightning
    import torch
    import torchvision

    from pasi.jobs.gpu_lease import visible_gpus

    lightning = pytorch_lightning.__version__  # type: ignore[attr-defined]  # not declared by Lightning
    versions = f"torch {torch.__version__}, torchvision {torchvision.__version__}, Lightning {lightning}"
    told = [f"Python {platform.python_version()}, {versions}, {os.cpu_count()} cores"]
    found = torch.cuda.device_count()
    told.append(f"GPUs: torch finds {found}, a lease counts {len(visible_gpus(os.environ))}")
    if found:
        card = torch.cuda.get_device_properties(0)
        cudnn = torch.backends.cudnn.version()
        told.append(f"{card.name}, {card.total_memory / 2**30:.1f} GiB, cuDNN {cudnn}")
    return told


if __name__ == "__main__":
    main()
