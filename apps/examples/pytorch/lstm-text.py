import torch
from torch import nn
from twin import run

WIDTH, HIDDEN, TIME = 32, 128, 48


class TextLSTM(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, WIDTH)
        self.lstm = nn.LSTM(WIDTH, HIDDEN, batch_first=True)
        self.head = nn.Linear(HIDDEN, vocabulary)

    def forward(self, text, memory=None):
        output, after = self.lstm(self.tokens(text), memory)
        return self.head(output), after


def train(weights, data, steps):
    text, starts = data["text"], data["starts"]
    model = TextLSTM(len(weights["tokens.weight"]))
    model.load_state_dict(weights)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    losses = []
    for step in range(steps):
        windows = text[starts[step, :, None] + torch.arange(TIME + 1)]
        logits, _ = model(windows[:, :-1])
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


run(train)
