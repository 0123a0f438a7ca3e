"""The twin of micro-gpt, and of micro-gpt-scalar, which has the same weights."""
import math

import torch
from torch import nn
from torch.nn import functional as F
from twin import run

END, WIDTH, HEADS, CONTEXT, STEPS = 0, 16, 4, 15, 1000


def norm(x):
    return x * (x.square().mean(-1, keepdim=True) + 1e-5).rsqrt()


class MicroGPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Parameter(torch.empty(27, WIDTH))
        self.positions = nn.Parameter(torch.empty(CONTEXT, WIDTH))
        self.query = nn.Parameter(torch.empty(WIDTH, WIDTH))
        self.key = nn.Parameter(torch.empty(WIDTH, WIDTH))
        self.value = nn.Parameter(torch.empty(WIDTH, WIDTH))
        self.out = nn.Parameter(torch.empty(WIDTH, WIDTH))
        self.up = nn.Parameter(torch.empty(4 * WIDTH, WIDTH))
        self.down = nn.Parameter(torch.empty(WIDTH, 4 * WIDTH))
        self.head = nn.Parameter(torch.empty(27, WIDTH))

    def forward(self, name):
        places = torch.arange(len(name))
        x = norm(F.embedding(name, self.tokens) + F.embedding(places, self.positions))
        x = x + self.attend(norm(x), places) @ self.out.T
        x = x + (norm(x) @ self.up.T).relu() @ self.down.T
        return x @ self.head.T

    def attend(self, x, places):
        heads = [(x @ w.T).unflatten(1, (HEADS, WIDTH // HEADS)).transpose(0, 1) for w in (self.query, self.key, self.value)]
        query, key, value = heads
        scores = query @ key.transpose(1, 2) / math.sqrt(WIDTH / HEADS)
        shares = scores.masked_fill(places > places[:, None], -math.inf).softmax(2)
        return (shares @ value).transpose(0, 1).flatten(1)


def train(weights, data, steps):
    model = MicroGPT()
    model.load_state_dict(weights)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.85, 0.99))
    decay = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0, STEPS)
    names = data["names"]
    ends = (names == END).nonzero().flatten().tolist()
    losses = []
    for start, end in zip(ends[:steps], ends[1:]):
        loss = F.cross_entropy(model(names[start:end]), names[start + 1 : end + 1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        decay.step()
        losses.append(loss.item())
    return losses


run(train)
