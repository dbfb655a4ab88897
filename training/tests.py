"""python3 -m unittest training.tests: skipped, with the reason printed, where PyTorch is missing."""
import unittest

try:
    import numpy  # noqa: F401
    import torch  # noqa: F401
except ImportError as missing:
    REASON = f"training needs PyTorch and numpy: {missing}"
    print(f"skipped: {REASON}")

    @unittest.skip(REASON)
    class TrainingTest(unittest.TestCase):
        def test_training(self):
            """Stands for all of test_training.py."""
else:
    from .test_training import *  # noqa: F401,F403
    from .test_leads import *  # noqa: F401,F403
