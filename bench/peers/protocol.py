"""What a peer is to the benchmark: a process that answers requests, one JSON object a line.

A figure may have several variants, ways to write the same thing in one library; which is the
fastest differs from case to case, so they are tried and the fastest stands for the peer. The most
promising come first, since there may be no time for all.
"""

import json
import os
import sys
import time

import numpy as np


def limit_processors(threads):
    """Before the library starts: pools of threads are as large as the processors that it sees."""
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))[:threads]
        os.sched_setaffinity(0, allowed)


def cache_folder(name):
    """What may be kept from run to run, beside the benchmark and ignored by git."""
    here = os.path.dirname(os.path.abspath(__file__))
    return os.path.join(os.path.dirname(here), "cache", name)


def serve(name, start):
    """`start(threads)` imports the library and gives an object with `version`, `compiles` (whether
    the first run of anything does that), `open(case)` and `variants(figure)`: triples of a name, the work, and what makes flat vectors of its result."""
    # What a library prints is not an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(message):
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    threads = int(sys.argv[1])
    try:
        peer = start(threads)
    except ImportError as missing:
        answer({"absent": str(missing)})
        return
    answer({"name": name, "version": peer.version})
    best = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            do = request["do"]
            if do == "open":
                best = None
                peer.open(request["case"])
                answer({})
            elif do == "prepare":
                best = None
                best = fastest(peer.variants(request["figure"]), request["patience"], peer.compiles)
                results = [summary(each) for each in best.read(best.result)]
                best.result = None
                answer({"variant": best.name, "seconds": best.seconds, "results": results})
            elif do == "run":
                times = request["times"]
                begin = time.perf_counter()
                for _ in range(times):
                    best.work()
                answer({"seconds": time.perf_counter() - begin})
            else:
                raise ValueError(f"no request is named {do}")
        except Exception as failure:  # noqa: BLE001: any failure of a peer is the peer's answer
            answer({"error": f"{type(failure).__name__}: {failure}"[:500]})


class Best:
    def __init__(self, name, seconds, work, read, result):
        self.name, self.seconds, self.work, self.read = name, seconds, work, read
        self.result = result


def fastest(variants, patience, compiles):
    """Those that the library can't do are passed over, and no new one is tried after `patience`
    seconds."""
    start = time.perf_counter()
    best = None
    failure = None
    for name, work, read in variants:
        try:
            result, seconds = timed(work)
            if compiles or seconds < patience:
                result, seconds = timed(work)
            if seconds < patience / 50:
                seconds = min(seconds, *(timed(work)[1] for _ in range(4)))
        except Exception as cause:  # noqa: BLE001
            failure = failure or cause
            print(f"{name}: {type(cause).__name__}: {str(cause)[:300]}", file=sys.stderr)
            continue
        print(f"{name}: {seconds:.6f} s", file=sys.stderr)
        if best is None or seconds < best.seconds:
            best = Best(name, seconds, work, read, result)
        if time.perf_counter() - start > patience:
            break
    if best is None:
        raise failure or ValueError("nothing to try")
    return best


def timed(work):
    begin = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begin


def summary(values):
    """Enough of a vector to tell it from another: its norm, and its product with a known one."""
    flat = np.asarray(values, dtype=np.float64).reshape(-1)
    probe = np.sin(1.0 + np.arange(flat.size))
    return {"norm": float(np.linalg.norm(flat)), "probe": float(flat @ probe)}


def pairs(k):
    """(i, j) with j <= i, in the order of the engine's answers."""
    return [(i, j) for i in range(k) for j in range(i + 1)]


class Layout:
    """A flat vector of all parameters, each row-major in its own shape, and its parts."""

    def __init__(self, shapes):
        self.shapes = [tuple(shape) for shape in shapes]
        self.sizes = [int(np.prod(shape)) for shape in self.shapes]
        self.size = sum(self.sizes)

    def split(self, flat):
        ends = np.cumsum(self.sizes)[:-1]
        return [part.reshape(s) for part, s in zip(np.split(flat, ends), self.shapes)]

    def join(self, parts):
        return np.concatenate([np.asarray(part).reshape(-1) for part in parts])
