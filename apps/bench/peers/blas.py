"""Microseconds of PyTorch's product of two matrices 256 × 256, the fastest of all samples, and the kernels that OpenBLAS takes for it.

usage: [OPENBLAS_CORETYPE=NAME] blas.py SECONDS
"""
import ctypes
import json
import re
import sys

import torch
from measure import samples

torch.set_num_threads(1)


def kernels():
    """The name of the kernels, as OpenBLAS reports it; "unknown" where PyTorch uses another library."""
    with open("/proc/self/maps") as maps:
        found = re.search(r"/\S*libopenblas\S*", maps.read())
    if found is None:
        return "unknown"
    corename = ctypes.CDLL(found[0]).openblas_get_corename
    corename.restype = ctypes.c_char_p
    return corename().decode()


a, b = torch.randn(256, 256), torch.randn(256, 256)
fastest = min(samples(lambda: a @ b, 10, float(sys.argv[1])))
print(json.dumps({"version": kernels(), "figures": {"256": fastest}}))
