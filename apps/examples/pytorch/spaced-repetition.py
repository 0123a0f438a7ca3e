import torch
from torch import nn
from twin import run


def recall(days, stability):
    return (days / stability * 19 / 81 + 1) ** -0.5


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.empty(19))

    def first_difficulty(self, grade):
        return (self.w[4] - torch.exp((grade - 1) * self.w[5]) + 1).clip(1, 10)

    def next(self, stability, difficulty, grade, days, p):
        w = self.w
        change = (grade - 3) * w[6] * (difficulty - 10) / 9
        harder = torch.lerp(difficulty + change, self.first_difficulty(torch.tensor(4)), w[7]).clip(1, 10)
        bonus = torch.where(grade == 2, w[15], torch.where(grade == 4, w[16], torch.tensor(1.0)))
        gain = (11 - harder) * stability ** -w[9] * (torch.exp((1 - p) * w[10]) - 1)
        recalled = stability * (gain * torch.exp(w[8]) * bonus + 1)
        powers = harder ** -w[12] * ((stability + 1) ** w[13] - 1)
        lapsed = torch.minimum(powers * w[11] * torch.exp((1 - p) * w[14]), stability)
        same_day = stability * torch.exp((grade - 3 + w[18]) * w[17])
        later = torch.where(grade == 1, lapsed, recalled)
        return torch.where(days < 1, same_day, later).clip(0.1, 3650), harder

    def forward(self, grades, days):
        stability, difficulty = self.w[grades[0] - 1].clip(0.1), self.first_difficulty(grades[0])
        probabilities = []
        for grade, gap in zip(grades[1:], days[1:]):
            p = recall(gap, stability)
            probabilities.append(p)
            stability, difficulty = self.next(stability, difficulty, grade, gap, p)
        return torch.stack(probabilities)


def loss_of(probabilities, grades, days):
    p = probabilities.clip(1e-4, 1 - 1e-4)
    each = -torch.where(grades[1:] > 1, p, 1 - p).log()
    weights = (days[1:] >= 1).float() * torch.tensor([[1], [0.9], [0.8], [0.7], [0.6]])
    return (each * weights).sum() / weights.sum()


def train(weights, data, steps):
    grades, days = data["grades"], data["days"]
    model = Model()
    model.load_state_dict(weights)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    losses = []
    for _ in range(steps):
        loss = loss_of(model(grades, days), grades, days)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


run(train)
