"""Lists of 12-lead records and the statistics of lead reconstruction, on made-up data; run as training.tests."""
import csv
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from . import labels12, reconstruction
from .export import read_safetensors

PTBXL = """ecg_id,age,sex,scp_codes,strat_fold
1,56.0,1,"{'NORM': 100.0, 'SR': 0.0}",3
2,,0,"{'NORM': 80.0, 'LAFB': 100.0, 'SBRAD': 0.0}",8
3,70.0,0,"{'AFIB': 0.0}",9
4,70.0,0,"{'NDT': 100.0}",1
"""
HEADER = "{0} 12 500 5000 05-Feb-2020 11:39:16\n{0}.mat 16+24 {1}/mV 16 0 0 0 0 I\n#Age: {2}\n#Sex: Female\n#Dx: {3}\n"


class LeadsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def test_ptbxl_made_up_rows_labels_folds_and_normality(self):
        (self.root / "ptbxl_database.csv").write_text(PTBXL, encoding="utf-8")
        one, two, three, four = labels12.ptbxl(self.root)
        self.assertEqual(("00001_hr", {"NSR"}, 0, 56.0, "f", "train"), tuple(one[k] for k in ("record", "labels", "anomaly", "age", "sex", "split")))
        self.assertEqual(({"LAnFB", "SB"}, None, None, "validation"), (two["labels"], two["anomaly"], two["age"], two["split"]))
        self.assertEqual(({"AF"}, 1, "test", set()), (three["labels"], three["anomaly"], three["split"], three["unknown"]))
        self.assertLessEqual({"NSR", "AF"}, four["unknown"])     # no statement of a rhythm: nothing is said of it

    def test_cinc2020_made_up_headers_names_codes_and_what_is_left_out(self):
        for name, gain, age, said in (("A0001", 1000, 74, "RBBB"), ("JS1", 1000, "NaN", "426177001,164889003"), ("Q1", 1000, 5, ""),
                                      ("E1", 4880, 5, ""), ("HR1", 1000, 5, "426783006")):
            (self.root / f"{name}.hea").write_text(HEADER.format(name, gain, age, said), encoding="utf-8")
        rows = {r["record"]: r for r in labels12.cinc2020(self.root)}
        self.assertEqual({"A0001", "JS1", "Q1"}, set(rows))
        self.assertEqual(({"RBBB"}, 1), (rows["A0001"]["labels"], rows["A0001"]["anomaly"]))
        self.assertIn("TAb", rows["A0001"]["unknown"])
        self.assertNotIn("PVC", rows["A0001"]["unknown"])
        self.assertEqual(({"SB", "AF"}, None, set()), (rows["JS1"]["labels"], rows["JS1"]["age"], rows["JS1"]["unknown"]))
        self.assertEqual(("train", None, set(labels12.CLASSES)), (rows["Q1"]["split"], rows["Q1"]["anomaly"], rows["Q1"]["unknown"]))

    def test_committed_lists_name_only_listed_classes(self):
        here = Path(labels12.__file__).parent
        names = {c["name"] for c in json.loads((here / "configs" / "arrhythmia-classes.json").read_text(encoding="utf-8"))}
        for file in sorted((here / "splits").glob("*.csv")):
            rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
            said = {n for r in rows for n in (r["labels"] + ";" + r["unknown"]).split(";")} - {""}
            self.assertLessEqual(said, names)
            self.assertFalse([r for r in rows if set(r["labels"].split(";")) & set(r["unknown"].split(";")) - {""}])

    def test_reconstruct_lead_of_two_others_is_found_after_its_past(self):
        rng = np.random.default_rng(1)
        x = np.apply_along_axis(np.convolve, 1, rng.normal(size=(8, 1200)), np.hanning(9), "same")
        x[4] = 0.5 * x[2] - x[7]
        seconds = list(x.reshape(8, 4, 300).transpose(1, 0, 2))
        population = reconstruction.mean_moments(rng.normal(size=(8, 3000)))
        known, error = reconstruction.reconstruct(population, seconds[:3], seconds[3], 4)
        unknown, _ = reconstruction.reconstruct(population, [], seconds[3], 4)
        self.assertGreater(np.corrcoef(known, seconds[3][4])[0, 1], 0.99)
        self.assertLess(np.corrcoef(unknown, seconds[3][4])[0, 1], 0.5)
        self.assertLess(error, 0.3 * seconds[3][4].std())

    def test_main_made_up_shards_writes_the_file_and_the_manifest(self):
        for name in ("ptbxl", "cinc2020_mix"):
            (self.root / name).mkdir()
            np.save(self.root / name / "r.patches.npy", np.random.default_rng(2).normal(size=(12, 3, 300)).astype(np.float16))
            np.save(self.root / name / "r.present.npy", np.ones((12, 3), np.uint8))
            (self.root / name / "r.json").write_text('{"split": "train"}', encoding="utf-8")
        (self.root / "manifest.json").write_text("{}", encoding="utf-8")
        reconstruction.main([str(self.root), str(self.root)])
        tensors = read_safetensors(self.root / reconstruction.FILE)
        self.assertEqual([(8, 8), (40, 40)], [tuple(tensors[n].shape) for n in ("leastSquares", "population")])
        self.assertEqual(64, len(json.loads((self.root / "manifest.json").read_text(encoding="utf-8"))["reconstruction"]["sha256"]))
