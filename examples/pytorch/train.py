"""Trains a classifier of handwritten digits with torch.distributed, data-parallel over all ranks of a gang.

Each rank works on its part of each batch and DistributedDataParallel sums the gradients: over NCCL where there are
GPUs, else over gloo. Rank 0 alone keeps checkpoints and reports; all ranks resume from what rank 0 has read.
Without any environment: one rank that trains alone. Exit code 1 on an error, with one line that says which.
"""

import gzip
import io
import os
import signal
import sys
import time
import zlib
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

DATA = Path(__file__).resolve().parent.parent / "digits" / "digits.csv.gz"
BATCH = 48
PEER_SILENCE = timedelta(seconds=60)  # the longest wait for another rank
REPORT_SECONDS = 0.2


def whole_number(name, otherwise, least):
    text = os.environ.get(name) or str(otherwise)
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise ValueError(f"{name} is '{text}': set it to a whole number, {least} or more")
    return int(text)


class Checkpoints:
    """Files of a checksum and what torch.save wrote; without a directory nothing is kept."""

    def __init__(self, directory):
        self.directory = Path(directory) if directory else None
        self.newest_step = 0
        self.seconds_blocked = 0.0
        if self.directory:
            self.directory.mkdir(parents=True, exist_ok=True)

    def newest_first(self):
        return sorted(self.directory.glob("checkpoint-????????.pt"), reverse=True) if self.directory else []

    def save(self, state):
        """Once this returns the checkpoint is on the disk; if the process ends before, no torn file has its name."""
        if not self.directory:
            return
        start = time.monotonic()
        content = io.BytesIO()
        torch.save(state, content)
        part = self.directory / "checkpoint.part"
        with open(part, "wb") as file:
            file.write(zlib.crc32(content.getvalue()).to_bytes(4, "big"))
            file.write(content.getvalue())
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, self.directory / f"checkpoint-{state['step']:08d}.pt")
        folder = os.open(self.directory, os.O_RDONLY)
        os.fsync(folder)  # or a power cut may lose the new name
        os.close(folder)
        for old in self.newest_first()[3:]:
            old.unlink(missing_ok=True)
        self.newest_step = state["step"]
        self.seconds_blocked += time.monotonic() - start

    def newest(self):
        """The newest valid checkpoint, or None."""
        for path in self.newest_first():
            content = path.read_bytes()
            if zlib.crc32(content[4:]).to_bytes(4, "big") == content[:4]:
                state = torch.load(io.BytesIO(content[4:]), map_location="cpu", weights_only=True)
                self.newest_step = state["step"]
                return state
            print(f"skips {path}: torn or corrupt", flush=True)
        return None

    def clear(self):
        for path in self.newest_first():
            path.unlink(missing_ok=True)
        self.newest_step = 0


class Training:
    def __init__(self):
        self.rank = whole_number("RANK", 0, 0)
        self.world_size = whole_number("WORLD_SIZE", 1, 1)
        self.attempt = whole_number("MUSTER_ATTEMPT", 1, 1)
        self.steps = whole_number("STEPS", 600, 1)
        self.pause_seconds = whole_number("STEP_PAUSE_MILLIS", 0, 0) / 1000
        self.checkpoint_steps = whole_number("CHECKPOINT_STEPS", 40, 1)
        first = self.rank == 0
        self.checkpoints = Checkpoints(os.environ.get("MUSTER_CHECKPOINT_DIR") if first else None)
        self.progress_file = os.environ.get("MUSTER_PROGRESS_FILE") if first else None
        self.reported_at = 0.0
        self.checkpoint_asked = False
        signal.signal(signal.SIGUSR1, self.ask_for_checkpoint)

    def ask_for_checkpoint(self, _signal, _frame):
        self.checkpoint_asked = True

    def join(self):
        """Meets the other ranks at MASTER_ADDR:MASTER_PORT and picks this rank's device."""
        self.device = torch.device("cpu")
        if torch.cuda.is_available():
            # Muster shows a rank either its own device only or all that the job has on this host.
            local_rank = whole_number("LOCAL_RANK", 0, 0)
            self.device = torch.device("cuda", local_rank % torch.cuda.device_count())
            torch.cuda.set_device(self.device)
        else:
            torch.set_num_threads(1)  # the ranks of a host share its cores
        os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
        os.environ.setdefault("MASTER_PORT", "29500")
        dist.init_process_group(
            "nccl" if self.device.type == "cuda" else "gloo",
            rank=self.rank, world_size=self.world_size, timeout=PEER_SILENCE)

    def load(self):
        with gzip.open(DATA, "rt") as file:
            rows = torch.tensor([[int(cell) for cell in line.split(",")] for line in file])
        held_out = torch.arange(len(rows)) % 5 == 4
        pixels, labels = rows[:, :64].float().to(self.device) / 16, rows[:, 64].to(self.device)
        self.training = pixels[~held_out], labels[~held_out]
        self.held_out = pixels[held_out], labels[held_out]

    def restore(self):
        """Builds model and optimizer as rank 0's newest valid checkpoint has them; returns its step."""
        torch.manual_seed(1)
        network = torch.nn.Sequential(torch.nn.Linear(64, 48), torch.nn.ReLU(), torch.nn.Linear(48, 10))
        self.model = DistributedDataParallel(
            network.to(self.device), device_ids=[self.device] if self.device.type == "cuda" else None)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1, momentum=0.9)
        state = self.checkpoints.newest()
        if state and state["step"] >= self.steps and self.attempt == 1:
            print(f"an earlier run has finished all {self.steps} steps: trains anew", flush=True)
            self.checkpoints.clear()
            state = None
        shared = [state]
        dist.broadcast_object_list(shared, src=0, device=self.device)
        if not shared[0]:
            return 0
        self.model.module.load_state_dict(shared[0]["model"])
        self.optimizer.load_state_dict(shared[0]["optimizer"])
        return shared[0]["step"]

    def run(self):
        self.load()
        start = self.restore()
        print(f"rank {self.rank} of {self.world_size} on {os.environ.get('MUSTER_HOST', 'this host')}: "
              f"attempt {self.attempt} starts at step {start} of {self.steps} on {self.device}", flush=True)
        self.report(start)
        for step in range(start, self.steps):
            loss = self.train_step(step)
            if self.rank == 0:
                self.after_step(step + 1, loss)
                time.sleep(self.pause_seconds)  # the other ranks wait for rank 0 in the next all-reduce
        self.evaluate()

    def train_step(self, step):
        pixels, labels = self.training
        steps_per_epoch = len(labels) // BATCH
        # The order of an epoch is the same on every rank and after every restart; a rank takes each world_size-th.
        order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(step // steps_per_epoch))
        offset = step % steps_per_epoch * BATCH
        mine = order[offset : offset + BATCH][self.rank :: self.world_size].to(self.device)
        for group in self.optimizer.param_groups:
            group["lr"] = 0.2 * (1 - 0.9 * step / self.steps)
        self.optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(self.model(pixels[mine]), labels[mine], reduction="sum") / BATCH
        (loss * self.world_size).backward()  # times world_size, as gradients are averaged over the ranks
        self.optimizer.step()
        total = loss.detach()
        dist.all_reduce(total)
        return total.item()

    def after_step(self, step, loss):
        last = step == self.steps
        if self.checkpoint_asked or step % self.checkpoint_steps == 0 or last:
            self.checkpoint_asked = False
            self.checkpoints.save(
                {"step": step, "model": self.model.module.state_dict(), "optimizer": self.optimizer.state_dict()})
        if last or time.monotonic() - self.reported_at > REPORT_SECONDS:
            self.report(step, f" loss={loss:.4f}")
        steps_per_epoch = len(self.training[1]) // BATCH
        if last or step % steps_per_epoch == 0:
            print(f"epoch {(step - 1) // steps_per_epoch + 1} step {step}/{self.steps} loss {loss:.4f}", flush=True)

    def report(self, step, loss=""):
        """Tells Muster in one line how far the training is; the file is replaced, so it is never half written."""
        self.reported_at = time.monotonic()
        if self.progress_file:
            part = Path(self.progress_file + ".part")
            part.write_text(
                f"step={step} checkpoint={self.checkpoints.newest_step}{loss} total={self.steps} "
                f"checkpointSeconds={self.checkpoints.seconds_blocked:.3f}\n")
            os.replace(part, self.progress_file)

    @torch.no_grad()
    def evaluate(self):
        pixels, labels = (part[self.rank :: self.world_size] for part in self.held_out)
        right = (self.model.module(pixels).argmax(dim=1) == labels).sum()
        dist.all_reduce(right)
        if self.rank == 0:
            count = len(self.held_out[1])
            print(f"accuracy={right.item() / count:.4f} ({right.item()} of {count} held-out digits)", flush=True)


def main():
    try:
        training = Training()
        training.join()
        training.run()
        dist.destroy_process_group()
    except (OSError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
        if isinstance(error, RuntimeError):  # as the loss of a rank is here
            reason += "; start all ranks again, they resume from the newest checkpoint"
        print(f"rank {os.environ.get('RANK', '0')}: {type(error).__name__}: {reason}", file=sys.stderr, flush=True)
        # No tidy shutdown: it would wait for ranks that may be gone.
        os._exit(1)


if __name__ == "__main__":
    main()
