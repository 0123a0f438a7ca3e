"""micrograd in Python, doing what src/scalar/work.ts does: median milliseconds of a step.

usage: MICROGRAD_DIR=<a checkout of karpathy/micrograd> python3 micrograd.py moons|tree [nogc]
"""
import gc
import json
import math
import os
import random
import statistics
import sys
import time

sys.path.insert(0, os.environ["MICROGRAD_DIR"])
from micrograd.engine import Value  # noqa: E402
from micrograd.nn import MLP  # noqa: E402


def moons():
    random.seed(1337)
    angles = [math.pi * (i % 50) / 49 for i in range(100)]
    points = [(math.cos(t), math.sin(t)) if i < 50 else (1 - math.cos(t), 0.5 - math.sin(t)) for i, t in enumerate(angles)]
    points = [[c + 0.3 * (random.random() - 0.5) for c in point] for point in points]
    labels = [-1 if i < 50 else 1 for i in range(100)]
    model = MLP(2, [16, 16, 1])
    for step in range(STEPS):
        start = time.perf_counter()
        scores = [model([Value(c) for c in point]) for point in points]
        margins = sum((1 + -label * score).relu() for label, score in zip(labels, scores))
        loss = margins * 0.01 + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= (1 - 0.009 * step) * p.grad
        yield time.perf_counter() - start


def tree(leaves=33334):
    for _ in range(STEPS):
        start = time.perf_counter()
        x = [Value(0.5 + i % 7 * 0.1) for i in range(leaves)]
        level = [x[i] * x[(i + 1) % leaves] for i in range(leaves)]
        while len(level) > 1:
            level = [level[i] + level[i + 1] if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
        level[0].backward()
        yield time.perf_counter() - start


if "nogc" in sys.argv:
    gc.disable()
STEPS = 6
times = list({"moons": moons, "tree": tree}[sys.argv[1]]())
version = "Python " + ".".join(map(str, sys.version_info[:2]))
print(json.dumps({"version": version, "figures": {sys.argv[1]: 1000 * statistics.median(times[1:])}}))
