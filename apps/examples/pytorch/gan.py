import torch
from torch import nn
from torch.nn import functional as F
from twin import run

NOISE = 2


def network(inputs, outputs):
    return nn.Sequential(
        nn.Linear(inputs, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, outputs)
    )


def is_real(logits):
    return F.binary_cross_entropy_with_logits(logits, torch.ones_like(logits))


def is_fake(logits):
    return F.binary_cross_entropy_with_logits(logits, torch.zeros_like(logits))


def train(weights, data, steps):
    real, noise = data["real"], data["noise"]
    model = nn.ModuleDict({"generator": network(NOISE, 2), "discriminator": network(2, 1)})
    model.load_state_dict(weights)
    generator, discriminator = model["generator"], model["discriminator"]
    for_generator = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.999))
    for_discriminator = torch.optim.Adam(discriminator.parameters(), lr=1e-3, betas=(0.5, 0.999))
    losses = []
    for step in range(steps):
        with torch.no_grad():
            fake = generator(noise[step, 0])
        judged = is_real(discriminator(real[step])) + is_fake(discriminator(fake))
        for_discriminator.zero_grad()
        judged.backward()
        for_discriminator.step()

        loss = is_real(discriminator(generator(noise[step, 1])))
        for_generator.zero_grad()
        loss.backward()
        for_generator.step()
        losses.append(loss.item())
    return losses


run(train)
