"""Training shards as `anyecg prepare` writes them, and the sampling of segments from them.

A shard is one recording at 300 Hz: NAME.patches.npy float16 [L, T, 300] in millivolts, NAME.present.npy uint8 [L, T],
NAME.beats.npy int32 [n, 2] (sample, AAMI class), NAME.qrs.npy int32 [n, 2] (sample, lead) of the classical detector, NAME.rhythm.npy int8 [T] (rhythm class or -1), NAME.json.
"""
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .progress import Progress

PATCH = 300
BINS = 30            # beat positions of one token
BIN = 10             # samples of one position
BEAT_LEAD = 60       # the beat window of second k starts this many samples before the second
RHYTHMS = ("sinus", "af", "flutter", "svt", "vt", "vf", "paced", "other", "unreadable")
BEATS = ("N", "S", "V", "F", "Q")
SINUS, UNREADABLE = 0, 8
DETECTABLE = (0, 1, 7)     # sinus, atrial fibrillation, other
UNKNOWN_LEAD = 14
IGNORE = -1
SOME_BEAT = 6
SETTLING = 2         # seconds at the start and end of a recording for which the classical detector is not asked
WARM_UP = 8          # seconds of a short record for which a record-wide label is no fair question yet


@dataclass
class Recording:
    name: str
    source: str
    label: str
    leads: np.ndarray          # [L] lead identities
    patches: np.ndarray        # [L, T, 300] float16 mV
    present: np.ndarray        # [L, T] bool
    rhythm: np.ndarray         # [T] int8
    beat_class: np.ndarray     # [T, 30] int8: 0 none, 1 + AAMI class, 6 a beat of unknown class, -1 not known
    beat_offset: np.ndarray    # [T, 30] float32, 0 to 1
    anomaly: np.ndarray        # [T] int8: 0 normal, 1 abnormal, -1 unknown
    beats: np.ndarray = field(default=None)

    @property
    def seconds(self):
        return self.rhythm.shape[0]


def beat_labels(beats, seconds):
    """Classes and offsets by token and position. The mass of three neighbouring positions is the probability of a beat, so
    that the jitter of the annotations may spread it."""
    cls = np.zeros(seconds * BINS, np.int8)
    offset = np.zeros(seconds * BINS, np.float32)
    at = (beats[:, 0] + BEAT_LEAD) // BIN
    keep = (at >= 0) & (at < seconds * BINS)
    at, kinds, samples = at[keep], beats[keep, 1], beats[keep, 0]
    cls[at] = kinds + 1
    offset[at] = ((samples + BEAT_LEAD) % BIN) / BIN
    return cls.reshape(seconds, BINS), offset.reshape(seconds, BINS)


def weak_beat_labels(qrs, rhythm, record_label):
    """Where no beats are annotated, the classical detector's on the first lead stand in, in rhythms that it is good at. They
    are of class N in a recording labelled N, else of unknown class: a detector knows where, not what."""
    kind = 0 if record_label == "N" else SOME_BEAT - 1
    found = np.sort(qrs[qrs[:, 1] == 0, 0])
    cls, offset = beat_labels(np.stack([found, np.full_like(found, kind)], 1), rhythm.size)
    cls[~np.isin(rhythm, DETECTABLE)] = IGNORE
    cls[:SETTLING] = IGNORE
    cls[-SETTLING:] = IGNORE
    return cls, offset


def anomaly_labels(rhythm, beats, record_label, annotated):
    """Normal is sinus rhythm without an ectopic beat; a record label N is normal, every other readable one abnormal."""
    anomaly = np.where(rhythm < 0, IGNORE, (rhythm != SINUS).astype(np.int8)).astype(np.int8)
    anomaly[rhythm == UNREADABLE] = IGNORE
    if annotated:
        ectopic = np.unique(beats[beats[:, 1] > 0, 0] // PATCH)
        anomaly[ectopic[ectopic < rhythm.size]] = 1
    return np.full_like(anomaly, IGNORE) if record_label == "~" else anomaly


def load_recording(stem):
    stem = str(stem)
    about = json.loads(Path(stem + ".json").read_text(encoding="utf-8"))
    patches = np.load(stem + ".patches.npy")
    beats = np.load(stem + ".beats.npy")
    rhythm = np.load(stem + ".rhythm.npy")
    annotated = about["beatsAnnotated"]
    label = about.get("label") or ""
    cls, offset = beat_labels(beats, rhythm.size) if annotated else weak_beat_labels(np.load(stem + ".qrs.npy"), rhythm, label)
    return Recording(
        about["name"], about["source"], label, np.array(about["leads"], np.int64), patches,
        np.load(stem + ".present.npy").astype(bool), rhythm, cls, offset,
        anomaly_labels(rhythm, beats, label, annotated), beats)


def load_set(folder, records=None, split=None, limit=None, quiet=False):
    """Recordings of one folder, by name (`records`), by `split`, or all; sorted by name so that a seed means one order."""
    stems = sorted(p.with_suffix("") for p in Path(folder).glob("*.json"))
    if records is not None:
        missing = sorted(set(records) - {s.name for s in stems})
        if missing:
            raise FileNotFoundError(f"{folder} has no shards of {', '.join(missing)}")
        stems = [s for s in stems if s.name in set(records)]
    if split is not None:
        stems = [s for s in stems if json.loads((s.parent / (s.name + ".json")).read_text())["split"] == split]
    stems = stems[:limit]
    bar = Progress(len(stems), f"read {Path(folder).name}", quiet)
    loaded = []
    for stem in stems:
        loaded.append(load_recording(stem))
        bar.step()
    bar.done()
    return loaded


class Sampler:
    """Draws segments of `seconds`: long records by random phase or around a rare class, short ones packed with restarts
    between (two absent seconds cut the attention to the lead's own past)."""

    def __init__(self, sets, config, rng):
        self.sets, self.config, self.rng = sets, config, rng
        self.seconds = config["segmentSeconds"]
        self.anchors = {name: self._anchors(records) for name, records in sets.items()}

    @staticmethod
    def _anchors(records):
        """Class -> places (record, second); rare rhythms and ectopic beats of long records, the label of short ones."""
        found = {}
        for index, record in enumerate(records):
            if record.label:
                found.setdefault(record.label, []).append((index, 0))
                continue
            for k in range(record.seconds):
                kinds = {("rhythm", int(record.rhythm[k]))} if record.rhythm[k] > 0 else set()
                kinds |= {("beat", int(c)) for c in record.beat_class[k] if 1 < c < SOME_BEAT}
                for kind in kinds:
                    found.setdefault(kind, []).append((index, k))
        return found

    def batch(self):
        """One batch of numpy arrays; every segment of a batch has the same number of leads."""
        rng, cfg = self.rng, self.config
        two = rng.random() < cfg["twoLeadShare"]
        sources = [n for n in self.sets if not two or n in cfg["twoLeadSets"]]
        weights = np.array([cfg["setWeights"][n] for n in sources])
        count = cfg["leadSecondsPerStep"] // self.seconds // (2 if two else 1)
        drawn = [self._segment(sources[rng.choice(len(sources), p=weights / weights.sum())], 2 if two else 1)
                 for _ in range(count)]
        return {key: np.stack([d[key] for d in drawn]) for key in drawn[0]}

    def _segment(self, source, leads):
        records, anchors = self.sets[source], self.anchors[source]
        out = self._empty(leads)
        at = 0
        while at < self.seconds - 4:
            record, start = self._place(records, anchors)
            take = min(self.seconds - at, record.seconds - start)
            self._copy(out, at, record, start, take, leads)
            at += take + 2
        return out

    def _place(self, records, anchors):
        rng = self.rng
        rare = self.config["anchorWeights"]
        kinds = [k for k in anchors if self._weight(rare, k) > 0]
        if kinds and rng.random() < self.config["anchorShare"]:
            weights = np.array([self._weight(rare, k) for k in kinds])
            places = anchors[kinds[rng.choice(len(kinds), p=weights / weights.sum())]]
            index, second = places[rng.integers(len(places))]
            record = records[index]
            latest = max(record.seconds - self.seconds, 0)
            return record, int(np.clip(second - rng.integers(self.seconds), 0, latest))
        record = records[rng.integers(len(records))]
        return record, int(rng.integers(max(record.seconds - self.seconds, 0) + 1))

    @staticmethod
    def _weight(rare, kind):
        name = kind if isinstance(kind, str) else (RHYTHMS[kind[1]] if kind[0] == "rhythm" else "beat" + BEATS[kind[1] - 1])
        return rare.get(name, 0.0)

    def _empty(self, leads):
        t = self.seconds
        return {
            "patches": np.zeros((leads, t, PATCH), np.float32), "present": np.zeros((leads, t), bool),
            "leads": np.zeros(leads, np.int64), "rhythm": np.full(t, IGNORE, np.int64),
            "weight": np.ones(t, np.float32), "anomaly": np.full(t, IGNORE, np.int64),
            "beat": np.full((t, BINS), IGNORE, np.int64), "offset": np.zeros((t, BINS), np.float32)}

    def _copy(self, out, at, record, start, take, leads):
        """One piece of a record; leads are drawn in random order, a missing second lead stays absent."""
        order = self.rng.permutation(len(record.leads))
        to, source = slice(at, at + take), slice(start, start + take)
        for row, lead in enumerate(order[:leads]):
            out["patches"][row, to] = record.patches[lead, source]
            out["present"][row, to] = record.present[lead, source]
            out["leads"][row] = self._lead_of(record, lead)
        if leads == 1 and len(order) > 1 and self.rng.random() < self.config["mixLeads"]:
            self._mix(out, to, record.patches[order[1], source], record.present[order[1], source])
        out["weight"][to] = self.config["rhythmSetWeights"][record.source]
        out["rhythm"][to] = record.rhythm[source]
        out["anomaly"][to] = record.anomaly[source]
        out["beat"][to] = record.beat_class[source]
        out["offset"][to] = record.beat_offset[source]
        if record.label:
            out["weight"][at:at + min(WARM_UP, take)] *= self.config["warmUpWeight"]
        else:
            # A second that opens the segment may hold a beat whose rise lies before it.
            out["beat"][at, :BEAT_LEAD // BIN] = -1

    def _lead_of(self, record, lead):
        """At times a lead's true name where the header gives none (the hand-held recorder's is I), lest "unknown" mean the set."""
        named = self.config["unnamedLeads"].get(record.source)
        return named if named is not None and self.rng.random() < 0.5 else record.leads[lead]

    def _mix(self, out, to, other, present):
        """A lead between two leads: another direction of the same heart, so that few patients give more shapes."""
        angle = self.rng.uniform(0, 2 * np.pi)
        both = np.cos(angle) * out["patches"][0, to] + np.sin(angle) * other.astype(np.float32)
        out["patches"][0, to] = np.clip(both, -5, 5)
        out["present"][0, to] &= present
        out["leads"][0] = UNKNOWN_LEAD
