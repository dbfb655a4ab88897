"""A few steps of every stage on made-up shards; run as training.tests."""
import copy
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from . import ablations, augment, beats, codes, data, finetune, pretrain, scoring, synthetic, tokenizer, validate, wavelet
from .__main__ import load_config, main
from .export import load_exported, read_safetensors
from .network import AnyEcgNet, NetworkConfig

STAGES = {"tokenizer": tokenizer.TokenizerLoop, "pretrain": pretrain.PretrainLoop, "finetune": finetune.FinetuneLoop}
ONE, TWO, MANY = ({"leads": n, "seconds": s, "share": 1.0, "sets": sets} for n, s, sets in (
    (1, 32, {"mitdb": 0.5, "cinc2017": 0.5}), (2, 32, {"mitdb": 1.0}), (12, 10, {"ptbxl": 1.0})))


def small_config(stage, steps):
    config = load_config(Path(__file__).parent / "configs" / f"{stage}.json")
    config["network"].update(dim=32, heads=2, encoderLayers=1, channels=8, codes=16, codeDim=8, window=16, contextFeatures=5, arrhythmiaClasses=2)
    config.update(steps=steps, warmUpSteps=5, validateEvery=steps, saveEvery=5, threads=1, device="cpu", arrhythmiaLabels=["a", "b"],
                  noise=[{"record": "bw", "minutes": 1}])
    config["sets"] = {
        "mitdb": {"train": {"records": ["a", "b"]}, "validation": {"records": ["c"]}},
        "cinc2017": {"train": {"split": "train"}, "validation": {"split": "validation"}},
        "ptbxl": {"train": {"split": "train"}, "validation": {"split": "validation"}}}
    config["sampling"].update(leadSecondsPerStep=240, groups=[ONE, TWO, MANY])
    return config


class StageTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        synthetic.write_sets(self.root / "shards")

    def run_steps(self, stage, out, config, start=None):
        loop = STAGES[stage](config, self.root / "shards", self.root / out, start=start, quiet=True)
        loop.train()
        return loop

    def test_train_each_stage_loss_falls(self):
        for stage in STAGES:
            config = small_config(stage, 40)
            config["sampling"]["groups"] = [ONE]
            self.run_steps(stage, stage, config)
            rows = [row.split(",") for row in (self.root / stage / "metrics.csv").read_text().splitlines()]
            loss = [float(row[2]) for row in rows[1:]]
            self.assertEqual(40, len(loss))
            self.assertLess(np.mean(loss[-5:]), 0.9 * np.mean(loss[:5]), stage)
            self.assertTrue((self.root / stage / "best.pt").exists())

    def test_train_same_seed_same_weights(self):
        for stage in STAGES:
            one, two = (self.run_steps(stage, stage + name, small_config(stage, 6)) for name in ("one", "two"))
            for key, value in one.net.state_dict().items():
                self.assertTrue(torch.equal(value, two.net.state_dict()[key]), (stage, key))

    def test_train_interrupted_and_resumed_equals_uninterrupted(self):
        for stage, loop in STAGES.items():
            whole = self.run_steps(stage, stage + "whole", small_config(stage, 10))
            half = loop(small_config(stage, 10), self.root / "shards", self.root / (stage + "half"), quiet=True)
            half.recent = 0.0
            for _ in range(5):
                half._step()
                half.at += 1
            half.save()
            resumed = self.run_steps(stage, stage + "half", small_config(stage, 10))
            for key, value in whole.average.items():
                self.assertTrue(torch.equal(value, resumed.average[key]), (stage, key))

    def test_stages_in_a_row_tokenizer_stays_as_stage_one_left_it(self):
        first = self.run_steps("tokenizer", "one", small_config("tokenizer", 6))
        second = self.run_steps("pretrain", "two", small_config("pretrain", 6), self.root / "one" / "latest.pt")
        third = self.run_steps("finetune", "three", small_config("finetune", 6), self.root / "two" / "latest.pt")
        for key in ("conv.conv1.weight", "embed.weight", "tokenizer.0.up.weight", "quantizer.codes"):
            for later in (second, third):
                self.assertTrue(torch.equal(first.average[key], later.average[key]), key)
        self.assertFalse(torch.equal(first.average["encoder.0.up.weight"], second.average["encoder.0.up.weight"]))
        self.assertFalse(torch.equal(second.average["encoder.0.up.weight"], third.average["encoder.0.up.weight"]))

    def test_ablations_one_thing_changed_each_in_the_table(self):
        configs = [small_config(stage, 2) for stage in ("tokenizer", "finetune")]
        out = self.root / "compared"
        with mock.patch.multiple(ablations, STEPS=2, STAGE_STEPS=2):
            for name in ("recurrent", "noFrequency"):
                ablations.run(name, configs, self.root / "shards", out, {}, quiet=True)
            with self.assertRaises(ValueError):
                ablations.run("both", configs, self.root / "shards", out, {}, quiet=True)
        self.assertEqual(["run", "---", "recurrent", "noFrequency"], [line.split()[1] for line in ablations.table(out).splitlines()])
        self.assertEqual(["morphology", "demography"], json.loads((out / "noFrequency" / "stage1" / "config.json").read_text())["views"])

    def test_codes_commonest_first_and_drawn(self):
        config = small_config("tokenizer", 4)
        self.run_steps("tokenizer", "run", config)
        found = codes.common_codes(config, self.root / "shards", self.root / "run", 5)
        shares = [c["share"] for c in found["codes"]]
        self.assertEqual(sorted(shares, reverse=True), shares)
        self.assertEqual([300] * 5, [len(c["millivolts"]) for c in found["codes"]])
        self.assertGreater(found["perplexity"], 1.0)

    def test_tokenizer_every_ablation_trains(self):
        for update, views in (("gradient", ["morphology"]), ("none", ["frequency", "demography"])):
            config = small_config("tokenizer", 3)
            config["codebook"]["update"], config["views"] = update, views
            config["lossWeights"]["codebook"] = 1.0 if update == "gradient" else 0.0
            loop = self.run_steps("tokenizer", update, config)
            self.assertTrue(all(torch.isfinite(v).all() for v in loop.net.state_dict().values()))

    def test_finetune_variants_train_without_the_frozen_tokenizer(self):
        for variant in ("ownLead", "recurrent"):
            config = {**small_config("finetune", 3), "variant": variant, "freezeTokenizer": False}
            loop = self.run_steps("finetune", variant, config)
            self.assertTrue(all(torch.isfinite(v).all() for v in loop.net.state_dict().values()))

    def test_export_best_checkpoint_reads_back_as_the_same_network(self):
        run = self.run_steps("finetune", "run", small_config("finetune", 5))
        config = self.root / "run" / "config.json"
        main(["export", "--checkpoint", str(self.root / "run" / "best.pt"), "--config", str(config), "--out", str(self.root / "model")])
        manifest = json.loads((self.root / "model" / "manifest.json").read_text())
        self.assertEqual(["a", "b"], manifest["arrhythmiaLabels"])
        given = load_exported(self.root / "model" / "manifest.json")
        self.assertTrue(torch.equal(run.average["embed.weight"], given.embed.weight))
        run.net.load_state_dict(run.average)
        patches, context = torch.randn(1, 1, 6, 300) * 0.3, torch.randn(1, 6, 5)
        inputs = patches, torch.ones(1, 1, 6, dtype=torch.bool), torch.zeros(1, 1, dtype=torch.long)
        trained, exported = (net.eval()(*inputs, context=context)["rhythm"] for net in (run.net, given))
        torch.testing.assert_close(trained, exported, atol=1e-5, rtol=1e-5)

    def test_validate_untrained_network_gives_figures(self):
        config = small_config("finetune", 1)
        figures = validate.validate(AnyEcgNet(NetworkConfig.from_json(config["network"])), data.load_sets(config, self.root / "shards", "validation", quiet=True))
        for name in ("mitdb.beat.qrs.se", "cinc2017.f1", "ptbxl.abnormalAuroc"):
            self.assertIn(name, figures)

    def test_run_record_in_pieces_equals_whole(self):
        record = data.load_set(self.root / "shards" / "mitdb", features=5, quiet=True)[0]
        torch.manual_seed(1)
        model = AnyEcgNet(NetworkConfig.from_json({**small_config("finetune", 1)["network"], "tokenizerLayers": 1, "encoderLayers": 0}))
        whole = scoring.run_record(model, record, np.array([0]), seconds=128, warm_up=16)
        parts = scoring.run_record(model, record, np.array([0]), seconds=48, warm_up=16)
        for name in ("beats", "rhythm"):
            np.testing.assert_allclose(whole[name], parts[name], atol=1e-4)


class NetworkTest(unittest.TestCase):
    def test_record_heads_pool_each_epoch_alone(self):
        torch.manual_seed(2)
        net = AnyEcgNet(NetworkConfig(dim=32, heads=2, encoder_layers=1, channels=8, codes=16, code_dim=8, context_features=3)).eval()
        patches, context = torch.randn(1, 1, 20, 300) * 0.3, torch.randn(1, 20, 3)
        present = torch.ones(1, 1, 20, dtype=torch.bool)
        present[:, :, 10:12] = False
        epoch = (torch.arange(20) >= 12).long()[None]
        both = net(patches, present, torch.zeros(1, 1, dtype=torch.long), heads=("strip",), context=context, epoch=epoch)["strip"]
        alone = net(patches[:, :, 12:], present[:, :, 12:], torch.zeros(1, 1, dtype=torch.long), heads=("strip",), context=context[:, 12:])["strip"]
        torch.testing.assert_close(both[:, 12:], alone, atol=1e-4, rtol=1e-4)

    def test_wavelet_matrix_is_orthonormal_inside_and_blind_to_lines(self):
        matrix, levels = wavelet.matrix(300)
        inside = matrix[20:130]
        np.testing.assert_allclose(inside @ inside.T, np.eye(110), atol=1e-9)
        np.testing.assert_allclose(matrix[levels[1]][20:130] @ np.arange(300.0), 0, atol=1e-7)
        self.assertEqual([155, 83, 47, 29], [s.stop - s.start for s in levels[::2]])

    def test_draw_mask_hides_about_half_of_what_is_there(self):
        present = torch.ones(8, 2, 200, dtype=torch.bool)
        present[0] = False
        masking = load_config(Path(__file__).parent / "configs" / "pretrain.json")["masking"]
        mask = pretrain.draw_mask(present, masking, np.random.default_rng(1))
        self.assertFalse(mask[0].any())
        self.assertAlmostEqual(0.5, float(mask[1:].float().mean()), delta=0.04)


class DataTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        synthetic.write_sets(self.folder.name)
        self.record = data.load_set(Path(self.folder.name) / "mitdb", features=5, quiet=True)[0]

    def test_beat_labels_edge_beat_is_found_exactly_once(self):
        self.record.beats = np.array([[239, 0], [240, 2], [595, 1]], np.int32)
        cls, offset = data.beat_labels(self.record, 0, 3)
        self.assertEqual(1, cls[0, 29])
        self.assertEqual(3, cls[1, 0])
        self.assertEqual(2, cls[2, 5])
        self.assertAlmostEqual(0.9, float(offset[0, 29]), places=5)
        self.assertEqual(3, int((cls > 0).sum()))

    def test_segments_begun_at_any_sample_labels_stand_on_the_spikes(self):
        config = {**small_config("finetune", 1)["sampling"], "mixLeads": 0.0, "anchorShare": 0.0, "groups": [ONE]}
        batch = data.Sampler({"mitdb": [self.record], "cinc2017": [self.record]}, config, np.random.default_rng(3)).batch()
        for patches, beat, offset in zip(batch["patches"][:, 0], batch["beat"], batch["offset"]):
            at = np.flatnonzero(beat.reshape(-1) > 0)
            samples = np.round((at + offset.reshape(-1)[at]) * data.BIN).astype(int) - data.BEAT_LEAD
            self.assertGreater(samples.size, 20)
            self.assertGreater(np.abs(patches.reshape(-1)[samples[1:-1]]).min(), 0.7)

    def test_weak_beats_class_only_where_the_record_is_normal(self):
        qrs = np.array([[700, 0], [1000, 0], [1010, 1], [1300, 0], [2000, 0]], np.int32)
        for label, expected in (("N", 0), ("A", data.SOME_BEAT - 1)):
            rhythm = np.zeros(8, np.int8)
            rhythm[4] = data.UNREADABLE
            beats, known = data.weak_beats(qrs, rhythm, label)
            self.assertEqual([[700, expected], [1000, expected], [1300, expected], [2000, expected]], beats.tolist())
            self.assertEqual([2, 3, 5], np.flatnonzero(known).tolist())

    def test_find_beats_perfect_scores_gives_labels_back(self):
        rng = np.random.default_rng(3)
        beats = np.stack([np.cumsum(rng.integers(90, 300, 40)), rng.integers(0, 4, 40)], 1).astype(np.int32)
        self.record.beats = beats
        cls, offset = data.beat_labels(self.record, 0, 40)
        scores = np.eye(6, dtype=np.float32)[np.maximum(cls, 0)][None]
        samples, kinds, _ = scoring.find_beats(scores, offset[None], np.ones((1, 40), bool))
        inside = beats[:, 0] < 40 * 300 - 60
        np.testing.assert_array_equal(beats[inside, 0], samples)
        np.testing.assert_array_equal(beats[inside, 1], kinds)

    def test_match_beats_counts_each_once(self):
        pairs = scoring.match_beats(np.array([100, 400, 700]), np.array([110, 120, 760]))
        self.assertEqual(sorted([(0, 0), (1, -1), (2, -1), (-1, 1), (-1, 2)]), sorted(pairs))

    def test_augment_same_seed_same_batch_and_absent_is_zero(self):
        config = small_config("finetune", 1)
        config["sampling"]["groups"] = [ONE]
        sets = data.load_sets(config, self.folder.name, "train", quiet=True)
        batches = []
        for _ in range(2):
            rng = np.random.default_rng(5)
            batch = data.Sampler(sets, config["sampling"], rng).batch()
            batches.append(augment.augment(copy.deepcopy(batch), [], config["augment"], rng))
        np.testing.assert_array_equal(batches[0]["patches"], batches[1]["patches"])
        self.assertEqual(0.0, float(np.abs(batches[0]["patches"][~batches[0]["present"]]).sum()))


class BeatsTest(unittest.TestCase):
    """The beat judge on made-up rows: V beats are unlike the others, S beats are early, no beat has little mass."""

    names = ["mass", "rrAnchor", "likeness", "steps32"]
    config = {"trainingData": "none", "seed": 1, "members": 2, "threads": 1, "sets": {"beats": "mitdb"}, "folds": [["a"], ["b"]], "hidden": [8, 8], "dropout": 0.0,
              "jitter": 0.02, "batch": 64, "learningRate": 0.01, "weightDecay": 0.0,
              "gate": {"epochs": 60, "perRecord": 400, "weights": [1] * 6, "without": []},
              "classes": {"epochs": 60, "perRecord": 400, "weights": [0, 1, 1, 1, 1, 1], "without": ["mass"]}}

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "mitdb").mkdir()
        (self.root / "mitdb" / "features.json").write_text(json.dumps(self.names))
        for seed, name in enumerate("ab"):
            rng = np.random.default_rng(seed)
            truth = rng.choice([-1, 0, 1, 2], 300, p=[0.1, 0.6, 0.15, 0.15]).astype(np.int32)
            samples = np.arange(300, dtype=np.int32) * 250 + beats.FIRST_SCORED
            rows = np.stack([truth >= 0, truth == 1, truth == 2, np.zeros(300)], 1) + rng.normal(0, 0.1, (300, 4))
            both = np.stack([rows, rng.normal(0, 1, rows.shape)], 1)  # the second lead says nothing
            for stream, x in (("all", both), ("lead0", rows[:, None])):
                np.save(self.root / "mitdb" / f"{name}.{stream}.rows.npy", x.astype(np.float32))
                np.save(self.root / "mitdb" / f"{name}.{stream}.candidates.npy", np.stack([samples, truth], 1))
            np.save(self.root / "mitdb" / f"{name}.beats.npy", np.stack([samples, truth], 1)[truth >= 0])

    def test_cross_validate_separable_rows_finds_beats_and_classes(self):
        data = beats.load(self.config, self.root)
        counts = beats.score(data, beats.cross_validate(self.config, data))
        self.assertEqual({("a", "all"), ("a", "lead0"), ("b", "all"), ("b", "lead0")}, set(counts))
        for tp, missed, false in np.concatenate([counts["a", "lead0"], counts["b", "lead0"]]):
            self.assertGreater(tp, 10 * (missed + false))

    def test_export_read_back_gives_the_same_logits(self):
        data = beats.load(self.config, self.root)
        judge = beats.Judge(self.config, data, ["a"])
        beats.export(judge, self.config, data["names"], self.root)
        manifest = json.loads((self.root / "beats.json").read_text())
        self.assertEqual((self.names, ["N", "S", "V", "F", "Q"]), (manifest["features"], manifest["labels"]))
        tensors = read_safetensors(self.root / manifest["weightsFile"])
        rows = data["b"]["all"][0]
        for kind, parts in (("gate", judge.gates), ("classes", judge.classes)):
            own = np.mean([part(rows) for part in parts], 0)
            np.testing.assert_allclose(own, beats.outputs(tensors, kind, torch.from_numpy(rows)).numpy(), atol=1e-4)

    def test_tally_counts_after_ec57(self):
        truth = np.array([0, 1, 2, 2, 3, -1, 1])
        classes = np.array([0, 1, 2, 0, 2, 2, 2])
        found = np.array([1, 1, 1, 1, 1, 1, 0], bool)
        samples = beats.FIRST_SCORED + 300 * np.arange(7)
        counts = beats.tally(found, classes, truth, samples, np.stack([samples, truth], 1)[truth >= 0])
        self.assertEqual([[5, 1, 1], [1, 1, 1], [1, 1, 0]], counts.tolist())
