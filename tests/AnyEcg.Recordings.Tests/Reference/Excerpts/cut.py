"""Cuts the excerpts of this folder out of wfdb-python's sample-data and tests/target-output: python3 cut.py FOLDER"""

import gzip
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = Path(sys.argv[1])
SAMPLES = ROOT / "sample-data"
TARGETS = ROOT / "tests" / "target-output"


def lines_of(name):
    path = TARGETS / name
    return (gzip.open(path, "rt") if name.endswith(".gz") else open(path)).read().splitlines()


def write_target(name, lines):
    """Without a file name and a time in it, the same lines are always the same bytes."""
    with open(HERE / name, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(("\n".join(lines) + "\n").encode())


def cut_header(source, name, frames):
    """The same signals, fewer samples: first values and checksums would be those of the whole record."""
    lines = [line for line in source.read_text().splitlines() if line and not line.startswith("#")]
    record = lines[0].split()
    record[0], record[3] = name, str(frames)
    signals = []
    for line in lines[1:]:
        fields = line.split()
        signals.append(" ".join([fields[0].replace(source.stem.split("_skew")[0], name)] + fields[1:5]))
    (HERE / f"{name}.hea").write_text("\n".join([" ".join(record[:4])] + signals) + "\n")


# Every binary format, and the FLAC ones: whole, they are small.
for path in sorted(SAMPLES.glob("binformats.*")) + sorted(SAMPLES.glob("flacformats.*")):
    shutil.copyfile(path, HERE / path.name)
write_target("record-1f.gz", lines_of("record-1f.gz"))
write_target("record-flac.gz", lines_of("record-flac.gz"))

# Skew and several samples per frame: the first 200 frames of four 16-bit samples. Three frames of skew lack at the end.
cut_header(SAMPLES / "test01_00s_skewframe.hea", "skewframe", 200)
(HERE / "skewframe.hea").write_text((HERE / "skewframe.hea").read_text().replace("test01_00s.dat", "skewframe.dat"))
(HERE / "skewframe.dat").write_bytes((SAMPLES / "test01_00s.dat").read_bytes()[: 200 * 8])
write_target("record-4a.gz", lines_of("record-4a")[:197])
write_target("record-4d.gz", lines_of("record-4d")[: 2 * 197])

# Two segments of seven signals, three of them with four samples per frame: the first 40 frames of each, 24 bytes a frame.
expanded = lines_of("record-multi-fixed-d.gz")
for number in (1, 2):
    cut_header(SAMPLES / f"multi-segment/041s/041s0{number}.hea", f"segment{number}", 40)
    (HERE / f"segment{number}.dat").write_bytes((SAMPLES / f"multi-segment/041s/041s0{number}.dat").read_bytes()[: 40 * 24])
(HERE / "segments.hea").write_text("segments/2 7 125 80\nsegment1 40\nsegment2 40\n")
write_target("record-multi-fixed-d.gz", expanded[: 4 * 40] + expanded[4000 : 4000 + 4 * 40])

# One data record of an EDF+ file, and the same samples as a WFDB record.
edf = (SAMPLES / "test_generator_2.edf").read_bytes()
(HERE / "generator.edf").write_bytes(edf[:236] + b"1       " + edf[244 : 3328 + 4502])
(HERE / "generator.dat").write_bytes((SAMPLES / "test_generator_2.dat").read_bytes()[:4502])
header = (SAMPLES / "test_generator_2.hea").read_bytes().decode("latin-1").splitlines()
signals = [" ".join(["generator.dat"] + line.split()[1:5]) for line in header[1:13]]
(HERE / "generator.hea").write_bytes("\n".join(["generator 12 1 1"] + signals).encode("latin-1") + b"\n")

# Annotations with times of their own, and a file that names its own codes: its first 40 annotations.
shutil.copyfile(SAMPLES / "12726.anI", HERE / "12726.anI")
write_target("ann-2.gz", lines_of("ann-2"))
atr = (SAMPLES / "1003.atr").read_bytes()
start = 0xE8  # after the definitions and the mark of no annotation; an annotation with its text is six bytes
(HERE / "1003.atr").write_bytes(atr[: start + 40 * 6] + b"\0\0")
write_target("ann-3.gz", lines_of("ann-3")[:40])
