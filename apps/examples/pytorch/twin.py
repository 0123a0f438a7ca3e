"""What the twins share: record.js hands over weights and data as a safetensors file, and reads losses and time as JSON.

usage of every twin: NAME.py FILE STEPS
"""
import json
import sys
import time

import numpy as np
import torch

torch.set_num_threads(1)
DTYPES = {"F32": np.float32, "F64": np.float64, "I32": np.int32, "U8": np.uint8}


def handed():
    """The weights, by the names of a state dict, and the data; integers as int64, which indices and labels are in PyTorch."""
    with open(sys.argv[1], "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        body = file.read()
    weights, data = {}, {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        array = np.frombuffer(body[start:end], DTYPES[entry["dtype"]]).reshape(entry["shape"]).copy()
        kind, _, name = name.partition(".")
        tensor = torch.from_numpy(array)
        (weights if kind == "model" else data)[name] = tensor if tensor.is_floating_point() else tensor.long()
    return weights, data


def run(train):
    """train(weights, data, steps) returns the loss of each step. The second run is timed."""
    steps = int(sys.argv[2])
    train(*handed(), steps)
    weights, data = handed()
    start = time.process_time()
    losses = train(weights, data, steps)
    print(json.dumps({"losses": losses, "ms": 1000 * (time.process_time() - start) / steps}))
