"""python3 -m training.labels12 PTBXL CINC2020: the lists of 12-lead records for `anyecg prepare --labels`, from the sets' own headers.

Classes are the scored ones of the PhysioNet/CinC Challenge 2021 (dx_mapping_scored.csv of its evaluation code) with five or more
positive training records here. What a set never says is *unknown*, not absent: CPSC2018 labels nine findings only. Axis deviation is left
out: PTB-XL states the axis of 72 of these 434 records. The mapping of PTB-XL's SCP statements is the one whose counts over the whole
set agree with the challenge's table (LNGQT 118, SVARR 157, QWAVE 548, 1AVB 797, ...); only NSR is the statement SR alone, lest a
normal tracing in sinus bradycardia be NSR here and not in the other sets.
"""
import ast
import csv
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

FIELDS = ("record", "labels", "unknown", "anomaly", "age", "sex", "split")
# name: (SNOMED CT codes that the challenge scores as one, SCP statements, name in CPSC2018)
CLASSES = {
    "NSR": ((426783006,), ("SR",), "Normal"), "AF": ((164889003,), ("AFIB",), "AF"), "AFL": ((164890007,), ("AFLT",), None),
    "SA": ((427393009,), ("SARRH",), None), "SB": ((426177001,), ("SBRAD",), None), "STach": ((427084000,), ("STACH",), None),
    "Brady": ((426627000,), (), None), "PR": ((10370003,), ("PACE",), None),
    "PAC": ((284470004, 63593006), ("PAC", "SVARR"), "PAC"), "PVC": ((427172004, 17338001), ("PVC",), "PVC"),
    "IAVB": ((270492004,), ("1AVB",), "I-AVB"), "LPR": ((164947007,), ("LPR",), None),
    "LBBB": ((164909002, 733534002), ("CLBBB",), "LBBB"), "RBBB": ((59118001, 713427006), ("CRBBB",), "RBBB"),
    "BBB": ((6374002,), (), None), "IRBBB": ((713426002,), ("IRBBB",), None), "LAnFB": ((445118002,), ("LAFB",), None),
    "NSIVCB": ((698252002,), ("IVCD",), None), "LQT": ((111975006,), ("LNGQT",), None), "LQRSV": ((251146004,), ("LVOLT",), None),
    "PRWP": ((365413008,), (), None), "QAb": ((164917005,), ("QWAVE",), None),
    "TAb": ((164934002,), ("TAB_", "NDT", "NT_", "LOWT"), None), "TInv": ((59931005,), ("INVT",), None),
}
ENOUGH = 5
SINUS = {"NSR", "SA"}
RHYTHMS = {"NSR", "AF", "AFL", "SA", "SB", "STach"}
RHYTHM_SCP = {"SR", "AFIB", "AFLT", "SARRH", "SBRAD", "STACH", "PACE", "SVARR"}
NORMAL_SCP = {"NORM", "SR", "SARRH", "SBRAD", "STACH"}
TEST_SHARE = 64      # of 256: values of the first byte of SHA-256 of the record's name


def ptbxl(folder):
    """Normal: NORM at 80 % or more and nothing else but a sinus rhythm; abnormal: no NORM; between them nothing is said."""
    for row in csv.DictReader((folder / "ptbxl_database.csv").read_text(encoding="utf-8").splitlines()):
        said = ast.literal_eval(row["scp_codes"])
        labels = {name for name, (_, scp, _) in CLASSES.items() if said.keys() & set(scp)}
        anomaly = 0 if said.get("NORM", 0) >= 80 and said.keys() <= NORMAL_SCP else 1 if "NORM" not in said else None
        fold = int(row["strat_fold"])
        yield {"record": f"{int(row['ecg_id']):05d}_hr", "labels": labels, "unknown": set() if said.keys() & RHYTHM_SCP else RHYTHMS - labels,
               "anomaly": anomaly, "age": float(row["age"]) if row["age"] else None, "sex": "mf"[int(row["sex"])],
               "split": "train" if fold <= 7 else "validation" if fold == 8 else "test"}


def cinc2020(folder):
    """CPSC2018 (A, Q), Georgia (E), Chapman-Shaoxing (JS). Left out: HR*, which are PTB-XL's patients with folds not known here,
    and headers with a gain that cannot be (Georgia's 4880/mV, PTB's 2000000/mV: all without a diagnosis)."""
    for path in sorted(folder.glob("*.hea")):
        lines = path.read_text(encoding="latin-1").splitlines()
        if path.stem.startswith(("HR", "S")) or not lines[1].split()[2].startswith("1000/"):
            continue
        about = dict(line[1:].split(":", 1) for line in lines if line.startswith("#") and ":" in line)
        said = {d.strip() for d in about["Dx"].split(",")} - {""}
        labels = {name for name, (codes, _, cpsc) in CLASSES.items() if said & ({str(c) for c in codes} | {cpsc})}
        unknown = set(CLASSES) - labels if not said else set()
        if said and path.stem.startswith("A"):
            unknown = {name for name, (_, _, cpsc) in CLASSES.items() if cpsc is None} - labels
            unknown |= {"NSR"} - labels if not labels & {"AF"} else set()
        normal = bool(labels) and labels <= SINUS and len(said) == len(labels)
        vague = not said or (labels <= SINUS | {"SB", "STach"} and len(said) == len(labels))
        age = about["Age"].strip()
        yield {"record": path.stem, "labels": labels, "unknown": unknown, "anomaly": 0 if normal else None if vague else 1,
               "age": float(age) if age.isdigit() else None, "sex": about["Sex"].strip().lower()[:1],
               "split": "test" if said and hashlib.sha256(path.stem.encode()).digest()[0] < TEST_SHARE else "train"}


def write(rows, path, kept):
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(FIELDS)
        for row in rows:
            names = [";".join(name for name in kept if name in row[field]) for field in ("labels", "unknown")]
            age = "" if row["age"] is None else f"{row['age']:g}"
            out.writerow([row["record"], *names, "" if row["anomaly"] is None else row["anomaly"], age, row["sex"], row["split"]])


def main(arguments):
    here = Path(__file__).parent
    sets = {"ptbxl": list(ptbxl(Path(arguments[0]))), "cinc2020_mix": list(cinc2020(Path(arguments[1])))}
    count = {s: Counter(n for rows in sets.values() for r in rows if r["split"] == s for n in r["labels"]) for s in ("train", "validation", "test")}
    kept = [name for name in CLASSES if count["train"][name] >= ENOUGH]
    listed = [{"name": n, "snomed": [str(c) for c in CLASSES[n][0]], "scp": list(CLASSES[n][1]),
               **{s: count[s][n] for s in count}} for n in kept]
    text = "[\n" + ",\n".join("  " + json.dumps(entry) for entry in listed) + "\n]\n"
    (here / "configs" / "arrhythmia-classes.json").write_text(text, encoding="utf-8")
    for name, rows in sets.items():
        write(rows, here / "splits" / f"{name}.csv", kept)
    print(f"{len(kept)} classes; left out: {', '.join(n for n in CLASSES if n not in kept)}")


if __name__ == "__main__":
    main(sys.argv[1:])
