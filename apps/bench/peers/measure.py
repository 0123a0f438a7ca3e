"""What the Python peers share: MNIST, the text of W4, and the clock. The same measurements as src/timing.ts makes.

usage of every peer:  PEER.py train W1|W2|W3|W4 WARM STEPS  (DIGITS=a folder with images.u8, labels.u8 and text.u8)
                      PEER.py cold
                      PEER.py matmul|elementwise|reductions SECONDS
"""
import json
import os
import statistics
import sys
import time

import numpy as np

WORKS = {"W1": ((784, 128, 64, 10), 32), "W2": ((784, 512, 256, 10), 256), "W3": (None, 64)}

# The windows of the text that a step of W4 takes, and the characters that each reads.
WINDOWS, CONTEXT = 16, 64


def digits():
    folder = os.environ["DIGITS"]
    images = np.fromfile(os.path.join(folder, "images.u8"), np.uint8).reshape(-1, 784)
    labels = np.fromfile(os.path.join(folder, "labels.u8"), np.uint8)
    return images.astype(np.float32) / np.float32(255), labels.astype(np.int64)


def text():
    """The numbers of the characters of a text."""
    return np.fromfile(os.path.join(os.environ["DIGITS"], "text.u8"), np.uint8).astype(np.int64)


def orders(count, size):
    """Indices of one batch after the other, each epoch in another order; a short one at its end is left out."""
    random = np.random.default_rng(1)
    while True:
        order = random.permutation(count)
        for start in range(0, count - size + 1, size):
            yield order[start : start + size]


def batches(work):
    """Functions without end: each takes a batch, and returns what a step takes."""
    if work == "W4":
        codes, random = text(), np.random.default_rng(1)
        while True:
            starts = random.integers(0, len(codes) - CONTEXT, (WINDOWS, 1))
            yield lambda: (codes[starts + np.arange(CONTEXT + 1)],)
    images, labels = digits()
    for batch in orders(len(labels), WORKS[work][1]):
        yield lambda: (images[batch], labels[batch])


def run(version, trainer, operations):
    """
    trainer(work) gives a step, a function that returns the loss: of images and labels, or in W4 of windows of the text.
    operations[topic]() gives functions.
    """
    command, *args = sys.argv[1:]
    if command == "cold":
        random = np.random.default_rng(0)
        trainer("W1")(random.random((32, 784), dtype=np.float32), random.integers(0, 10, 32))
        figures = {"doneAt": 1000 * time.time()}
    elif command == "train":
        figures = time_training(trainer(args[0]), batches(args[0]), int(args[1]), int(args[2]))
    else:
        figures = {name: time_call(call, float(args[0])) for name, call in operations[command]().items()}
    print(json.dumps({"version": version, "figures": figures}))


def time_training(step, batches, warm, steps):
    total = 0.0
    single = []
    for i, batch in zip(range(-warm, steps), batches):
        if i == 0:
            start, cpu = time.perf_counter(), time.process_time()
        before = time.perf_counter()
        loss = step(*batch())
        if i >= 0:
            total += loss
            single.append(time.perf_counter() - before)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    p05 = sorted(single)[int(0.05 * steps)]
    return {"ms": 1000 * wall / steps, "cpu": 1000 * cpu / steps, "p05": 1000 * p05, "loss": total / steps}


def time_call(call, seconds):
    """Median microseconds of a call."""
    alone = statistics.median(samples(call, 1, seconds / 2))
    return statistics.median(samples(call, max(1, int(2000 / alone)), seconds))


def samples(call, count, seconds):
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(count):
            call()
        times.append(1e6 * (time.perf_counter() - start) / count)
    return times
