import torch
from torch import nn
from twin import run

WIDTH, ALPHA = 20, 0.1


class Heat(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(2, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, 1)
        )

    def forward(self, x, t):
        return self.body(torch.cat([x, t], 1))


def loss_of(model, data):
    x, t = data["x"], data["t"]
    u = model(x, t)
    ux, ut = torch.autograd.grad(u.sum(), [x, t], create_graph=True)
    (uxx,) = torch.autograd.grad(ux.sum(), x, create_graph=True)
    equation = nn.functional.mse_loss(ut, uxx * ALPHA)
    return equation + nn.functional.mse_loss(model(data["knownX"], data["knownT"]), data["knownU"])


def train(weights, data, steps):
    model = Heat().double()
    model.load_state_dict(weights)
    for points in (data["x"], data["t"]):
        points.requires_grad = True
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=1, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = loss_of(model, data)
        loss.backward()
        return loss

    return [optimizer.step(closure).item() for _ in range(steps)]


run(train)
