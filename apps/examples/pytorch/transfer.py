import torch
from torch import nn
from twin import run

BATCH = 50


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
        )
        self.head = nn.Linear(784, 5)

    def forward(self, images):
        return self.head(self.body(images))


def fit(model, x, y, steps):
    optimizer = torch.optim.Adam([each for each in model.parameters() if each.requires_grad], lr=0.005)
    losses = []
    for step in range(steps):
        start = step * BATCH % len(y)
        loss = nn.functional.cross_entropy(model(x[start : start + BATCH]), y[start : start + BATCH])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def train(weights, data, steps):
    model = Classifier()
    weights = dict(weights)
    head = {"weight": weights.pop("newHead.weight"), "bias": weights.pop("newHead.bias")}
    model.load_state_dict(weights)
    before = fit(model, data["x"], data["y"], steps // 2)
    for parameter in model.body.parameters():
        parameter.requires_grad = False
    model.head.load_state_dict(head)
    return before + fit(model, data["newX"], data["newY"], steps // 2)


run(train)
