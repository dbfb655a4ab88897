#!/usr/bin/env python3
"""Cuts the excerpts of this folder out of the PhysioNet databases they come from.

Usage: cut.py DATA [OUT]
DATA holds the folders mitdb, cudb_wfdb and cinc2017; OUT is this folder by default. Needs nothing but Python 3.
Every excerpt keeps the rate, gain and samples of its source; only the length, the name and, where EXCERPTS says so, a
lead-off stretch differ.
"""
import struct
import sys
from pathlib import Path

# name, source record, first second, last second (None: to the end), lead-off stretch in seconds of the excerpt, rhythm at
# the start where the source has no annotation file
EXCERPTS = [
    ("sinus_103", "mitdb/103", 0, 120, None, None),
    ("af_219", "mitdb/219", 0, 180, None, None),
    ("bigeminy_200", "mitdb/200", 30, 150, None, None),
    ("runs_233", "mitdb/233", 0, 165, None, None),
    ("vf_cu01", "cudb_wfdb/cu01", 154, 274, None, None),
    ("af_A00395", "cinc2017/A00395", 0, None, None, "(AFIB"),
    ("noise_A02874", "cinc2017/A02874", 0, None, None, "(NOISE"),
    ("leadoff_100", "mitdb/100", 0, 120, (60, 80), None),
]

RHYTHM, SKIP, NUM, SUB, CHN, AUX = 28, 59, 60, 61, 62, 63


def read_header(path):
    """Record line fields, signal lines as field lists, comments."""
    lines = path.read_text("latin-1").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    content = [line.split(None, 8) for line in lines if line.strip() and not line.startswith("#")]
    return content[0], content[1:], comments


def unpack(data, code):
    if code == 16:
        return list(struct.unpack(f"<{len(data) // 2}h", data[: len(data) // 2 * 2]))
    samples = []
    for a, b, c in zip(data[0::3], data[1::3], data[2::3]):
        samples += [a | (b & 0x0F) << 8, c | (b & 0xF0) << 4]
    return [s - 4096 if s > 2047 else s for s in samples]


def pack(samples, code):
    if code == 16:
        return struct.pack(f"<{len(samples)}h", *samples)
    data = bytearray()
    for first, second in zip(samples[0::2], samples[1::2] + [0] * (len(samples) & 1)):
        first, second = first & 0xFFF, second & 0xFFF
        data += bytes((first & 0xFF, first >> 8 | second >> 8 << 4, second & 0xFF))
    return bytes(data)


def read_annotations(path):
    """(sample, code, subtype, aux) of every annotation."""
    data, at, time, found = path.read_bytes(), 0, 0, []
    while True:
        word = struct.unpack_from("<H", data, at)[0]
        at += 2
        code, value = word >> 10, word & 0x3FF
        if word == 0:
            return found
        if code == SKIP:
            high, low = struct.unpack_from("<hH", data, at)
            time, at = time + (high << 16) + low, at + 4
        elif code == AUX:
            found[-1][3] = data[at : at + value].rstrip(b"\0")
            at += value + (value & 1)
        elif code == SUB:
            found[-1][2] = value
        elif code not in (NUM, CHN):
            time += value
            found.append([time, code, 0, b""])


def write_annotations(path, annotations):
    data, time = bytearray(), 0
    for sample, code, subtype, aux in annotations:
        delta, time = sample - time, sample
        if delta > 1023:
            data += struct.pack("<HhH", SKIP << 10, delta >> 16, delta & 0xFFFF)
            delta = 0
        data += struct.pack("<H", code << 10 | delta)
        if subtype:
            data += struct.pack("<H", SUB << 10 | subtype)
        if aux:
            data += struct.pack("<H", AUX << 10 | len(aux)) + aux + b"\0" * (len(aux) & 1)
    path.write_bytes(bytes(data) + b"\0\0")


def cut_annotations(source, first, count, rhythm):
    """The annotations of the cut, its samples counted from 0, led by the rhythm that holds there."""
    if rhythm is not None:
        return [[0, RHYTHM, 0, rhythm.encode()]]
    inside, current = [], b""
    for sample, code, subtype, aux in read_annotations(source.with_suffix(".atr")):
        if sample < first and code == RHYTHM:
            current = aux
        elif first <= sample < first + count:
            inside.append([sample - first, code, subtype, aux])
    if not current:  # the first mark comes some samples late in every mitdb record, and with the first change in cu01
        changes = [a[3] for a in inside if a[1] == RHYTHM]
        current = b"(N" if changes[:1] != [b"(AFIB"] else changes[0]
    return [[0, RHYTHM, 0, current]] + [a for a in inside if not (a[1] == RHYTHM and a[3] == current and a[0] < 360)]


def take_leads_off(samples, signals, annotations, first, last):
    """All leads stand at one constant code, no beat is annotated, and the rhythm is unreadable meanwhile."""
    for i in range(first * signals, last * signals):
        samples[i] = 1024
    kept = [a for a in annotations if not first <= a[0] < last]
    marks = [[first, RHYTHM, 0, b"(NOISE"], [last, RHYTHM, 0, b"(N"]]
    return sorted(kept + marks, key=lambda a: a[0])


def cut(data, out, name, record, begin, end, lead_off, rhythm):
    source = data / record
    line, signals, comments = read_header(source.with_suffix(".hea"))
    rate, count, n = int(line[2]), int(line[3]), len(signals)
    code, _, offset = signals[0][1].partition("+")
    raw = (source.parent / signals[0][0]).read_bytes()[int(offset or 0) :]
    first, last = begin * rate, min(count, count if end is None else end * rate)
    samples = unpack(raw, int(code))[first * n : last * n]
    annotations = cut_annotations(source, first, last - first, rhythm)
    if lead_off:
        annotations = take_leads_off(samples, n, annotations, lead_off[0] * rate, lead_off[1] * rate)

    (out / f"{name}.dat").write_bytes(pack(samples, int(code)))
    write_annotations(out / f"{name}.atr", annotations)
    header = [f"{name} {n} {rate} {last - first}"]
    for s, fields in enumerate(signals):
        checksum = (sum(samples[s::n]) + 32768) % 65536 - 32768
        description = fields[8].strip()
        header.append(f"{name}.dat {code} {fields[2]} {fields[3]} {fields[4]} {samples[s]} {checksum} 0 {description}")
    made = f"# seconds {begin} to {last // rate} of {record.replace('cudb_wfdb', 'cudb')}"
    if lead_off:
        made += f"; lead-off made at seconds {lead_off[0]} to {lead_off[1]}"
    header += comments[:1] + [made + "; see README.md for origin and licence"]
    (out / f"{name}.hea").write_text("\n".join(header) + "\n", "latin-1")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    data = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).resolve().parent
    for excerpt in EXCERPTS:
        cut(data, out, *excerpt)
        print(excerpt[0])


if __name__ == "__main__":
    main()
