"""W4's model: a transformer from characters [batch, CONTEXT] to the logits of those that follow."""
import math

import torch
from measure import CONTEXT
from torch import nn

WIDTH, HEADS = 64, 4


class CharGPT(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(CONTEXT, WIDTH)
        gelu = nn.GELU(approximate="tanh")
        block = nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0.0, gelu, batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(block, 2, nn.LayerNorm(WIDTH))
        self.head = nn.Linear(WIDTH, vocabulary)
        self.places = torch.arange(CONTEXT)
        self.mask = torch.full((CONTEXT, CONTEXT), -math.inf).triu(1)
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                nn.init.normal_(parameter, std=0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, text):
        return self.head(self.blocks(self.tokens(text) + self.positions(self.places), self.mask))
