"""PyTorch, eager, one thread. FLUSH=1 flushes denormal numbers to zero; FOREACH=1 updates all parameters in one call. Usage: see measure.py."""
import os

import torch
from char_gpt import CharGPT
from measure import WORKS, run, text
from torch import nn

FOREACH = os.environ.get("FOREACH") == "1"
torch.set_num_threads(1)
torch.manual_seed(0)
if os.environ.get("FLUSH") == "1":
    torch.set_flush_denormal(True)


def multilayer(sizes):
    layers = [nn.Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])]
    return [part for layer in layers for part in (layer, nn.ReLU())][:-1]


def convolution(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]


def text_trainer():
    model = CharGPT(int(text().max()) + 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, foreach=FOREACH)

    def step(windows):
        windows = torch.from_numpy(windows)
        optimizer.zero_grad()
        logits = model(windows[:, :-1])
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def trainer(work):
    if work == "W4":
        return text_trainer()
    sizes, _ = WORKS[work]
    if sizes is None:
        head = multilayer((1568, 128, 10))
        model = nn.Sequential(nn.Unflatten(1, (1, 28, 28)), *convolution(1, 16), *convolution(16, 32), nn.Flatten(), *head)
    else:
        model = nn.Sequential(*multilayer(sizes))
    for layer in model:
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=FOREACH)
    loss_function = nn.CrossEntropyLoss()

    def step(images, labels):
        optimizer.zero_grad()
        loss = loss_function(model(torch.from_numpy(images)), torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def matmul():
    pairs = {n: (torch.randn(n, n), torch.randn(n, n)) for n in (64, 256, 1024)}
    return {str(n): lambda a=a, b=b: a @ b for n, (a, b) in pairs.items()}


def elementwise():
    x, y, total = torch.randn(1_000_000), torch.randn(1_000_000), torch.randn(1_000_000)
    rows, row = torch.randn(256, 512), torch.randn(512)
    return {
        "add": lambda: x + y,
        "addInPlace": lambda: total.add_(y),
        "mul": lambda: x * y,
        "relu": lambda: torch.relu(x),
        "exp": lambda: torch.exp(x),
        "tanh": lambda: torch.tanh(x),
        "addRow": lambda: rows + row,
    }


def reductions():
    x, rows = torch.randn(1000, 1000), torch.randn(256, 1000)
    return {
        "sum": lambda: x.sum(),
        "sumAxis0": lambda: x.sum(0),
        "sumAxis1": lambda: x.sum(1),
        "maxAxis1": lambda: x.amax(1),
        "softmax": lambda: torch.softmax(rows, 1),
    }


run(torch.__version__, trainer, {"matmul": matmul, "elementwise": elementwise, "reductions": reductions})
