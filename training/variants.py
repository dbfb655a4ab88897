"""The network, and what it is compared with: attention to the own lead only, and a recurrent network of equal size."""
import torch
from torch import nn

from .loop import load_matching
from .network import AnyEcgNet, NetworkConfig


class RecurrentBlock(nn.Module):
    """In place of a transformer block, with as many weights: two GRU layers over each lead's seconds (absent ones read as zeros), pre-norm,
    residual. A state instead of a window, and nothing seen of the other leads before the heads pool them."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.norm = nn.LayerNorm(config.dim)
        self.layers = nn.GRU(config.dim, config.dim, 2, batch_first=True)

    def forward(self, x, mask):
        there = mask.own.diagonal(dim1=-2, dim2=-1).amax(2)[..., None] == 0
        y, _ = self.layers((self.norm(x) * there).flatten(0, 1))
        return x + y.view_as(x)


def make_net(config):
    """The network of a config; its "variant" may be "ownLead" or "recurrent". Variants are for comparison, no engine runs them."""
    shape = NetworkConfig.from_json(config["network"])
    net = AnyEcgNet(shape)
    variant = config.get("variant", "")
    if variant == "ownLead":
        net.sees_other_leads = False
    elif variant == "recurrent":
        net.tokenizer = nn.ModuleList(RecurrentBlock(shape) for _ in net.tokenizer)
        net.encoder = nn.ModuleList(RecurrentBlock(shape) for _ in net.encoder)
    elif variant:
        raise ValueError(f"no variant {variant}")
    return net


def begin(config, start=None):
    """The network that a stage begins with: seeded, with the weights of the checkpoint `start` where they fit."""
    torch.manual_seed(config["seed"])
    net = make_net(config)
    if start is not None:
        load_matching(net, start)
    return net
