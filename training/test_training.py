"""A few training steps on made-up shards; run as training.tests."""
import copy
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from . import augment, data, finetune, scoring, synthetic, validate
from .__main__ import main
from .export import load_exported
from .network import AnyEcgNet, NetworkConfig


def small_config(steps):
    config = json.loads((Path(__file__).parent / "configs" / "first.json").read_text(encoding="utf-8"))
    config["network"].update(dim=32, heads=2, encoderLayers=1, channels=8, codes=16, codeDim=8, window=16)
    config.update(steps=steps, warmUpSteps=5, validateEvery=steps, saveEvery=5, threads=1, noise=[{"record": "bw", "minutes": 1}])
    config["sets"] = {
        "mitdb": {"train": {"records": ["a", "b"]}, "validation": {"records": ["c"]}},
        "cinc2017": {"train": {"split": "train"}, "validation": {"split": "validation"}}}
    config["sampling"].update(segmentSeconds=32, leadSecondsPerStep=128, twoLeadSets=["mitdb"])
    return config


class TrainingTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        synthetic.write_sets(self.root / "shards")

    def run_steps(self, out, config):
        run = finetune.Run(config, self.root / "shards", self.root / out, quiet=True)
        run.train()
        return run

    def test_train_made_up_beats_loss_falls(self):
        self.run_steps("run", small_config(40))
        rows = (self.root / "run" / "metrics.csv").read_text().splitlines()
        loss = [float(row.split(",")[2]) for row in rows[1:]]
        self.assertEqual(40, len(loss))
        self.assertLess(np.mean(loss[-5:]), 0.8 * np.mean(loss[:5]))
        self.assertTrue((self.root / "run" / "best.pt").exists())

    def test_train_same_seed_same_weights(self):
        one, two = (self.run_steps(name, small_config(6)) for name in ("one", "two"))
        for key, value in one.model.state_dict().items():
            self.assertTrue(torch.equal(value, two.model.state_dict()[key]), key)

    def test_train_interrupted_and_resumed_equals_uninterrupted(self):
        whole = self.run_steps("whole", small_config(10))
        half = finetune.Run(small_config(10), self.root / "shards", self.root / "half", quiet=True)
        for _ in range(5):
            half._step()
            half.at += 1
        half._save()
        resumed = self.run_steps("half", small_config(10))
        for key, value in whole.average.items():
            self.assertTrue(torch.equal(value, resumed.average[key]), key)

    def test_export_best_checkpoint_reads_back_as_the_same_network(self):
        run = self.run_steps("run", small_config(5))
        config = self.root / "run" / "config.json"
        main(["export", "--checkpoint", str(self.root / "run" / "best.pt"), "--config", str(config), "--out", str(self.root / "model")])
        manifest = json.loads((self.root / "model" / "manifest.json").read_text())
        self.assertEqual(["anomaly", "beats", "rhythm"], manifest["trainedHeads"])
        given = load_exported(self.root / "model" / "manifest.json")
        self.assertTrue(torch.equal(run.average["embed.weight"], given.embed.weight))

    def test_validate_untrained_network_gives_figures(self):
        sets = {"mitdb": data.load_set(self.root / "shards" / "mitdb", quiet=True)}
        model = AnyEcgNet(NetworkConfig.from_json(small_config(1)["network"]))
        self.assertIn("mitdb.beat.qrs.se", validate.validate(model, sets))

    def test_run_record_in_pieces_equals_whole(self):
        record = data.load_set(self.root / "shards" / "mitdb", quiet=True)[0]
        torch.manual_seed(1)
        network = {**small_config(1)["network"], "tokenizerLayers": 1, "encoderLayers": 0}
        model = AnyEcgNet(NetworkConfig.from_json(network))
        whole = scoring.run_record(model, record, np.array([0]), seconds=128, warm_up=16)
        parts = scoring.run_record(model, record, np.array([0]), seconds=48, warm_up=16)
        np.testing.assert_allclose(whole["beats"], parts["beats"], atol=1e-4)


class DataTest(unittest.TestCase):
    def test_beat_labels_edge_beat_is_found_exactly_once(self):
        cls, offset = data.beat_labels(np.array([[239, 0], [240, 2], [595, 1]], np.int32), 3)
        self.assertEqual(1, cls[0, 29])
        self.assertEqual(3, cls[1, 0])
        self.assertEqual(2, cls[2, 5])
        self.assertAlmostEqual(0.9, float(offset[0, 29]), places=5)
        self.assertEqual(3, int((cls > 0).sum()))

    def test_weak_beat_labels_class_only_where_the_record_is_normal(self):
        qrs = np.array([[700, 0], [1000, 0], [1010, 1], [1300, 0], [2000, 0]], np.int32)
        for label, expected in (("N", 1), ("A", data.SOME_BEAT)):
            rhythm = np.zeros(8, np.int8)
            rhythm[4] = data.UNREADABLE
            cls, _ = data.weak_beat_labels(qrs, rhythm, label)
            self.assertEqual([expected, expected], cls[cls > 0].tolist())
            self.assertTrue((cls[[0, 1, 4, 6, 7]] == data.IGNORE).all())

    def test_find_beats_perfect_scores_gives_labels_back(self):
        rng = np.random.default_rng(3)
        beats = np.stack([np.cumsum(rng.integers(90, 300, 40)), rng.integers(0, 4, 40)], 1).astype(np.int32)
        cls, offset = data.beat_labels(beats, 40)
        scores = np.eye(6, dtype=np.float32)[np.maximum(cls, 0)][None]
        present = np.ones((1, 40), bool)
        samples, kinds, _ = scoring.find_beats(scores, offset[None], present)
        inside = beats[:, 0] < 40 * 300 - 60
        np.testing.assert_array_equal(beats[inside, 0], samples)
        np.testing.assert_array_equal(beats[inside, 1], kinds)

    def test_match_beats_counts_each_once(self):
        pairs = scoring.match_beats(np.array([100, 400, 700]), np.array([110, 120, 760]))
        self.assertEqual(sorted([(0, 0), (1, -1), (2, -1), (-1, 1), (-1, 2)]), sorted(pairs))

    def test_augment_same_seed_same_batch_and_absent_is_zero(self):
        with tempfile.TemporaryDirectory() as folder:
            synthetic.write_sets(folder)
            config = small_config(1)
            sets = {"cinc2017": data.load_set(Path(folder) / "cinc2017", quiet=True)}
            config["sampling"].update(twoLeadShare=0.0)
            batches = []
            for _ in range(2):
                rng = np.random.default_rng(5)
                batch = data.Sampler(sets, config["sampling"], rng).batch()
                batches.append(augment.augment(copy.deepcopy(batch), [], config["augment"], rng))
            np.testing.assert_array_equal(batches[0]["patches"], batches[1]["patches"])
            self.assertEqual(0.0, float(np.abs(batches[0]["patches"][~batches[0]["present"]]).sum()))

