"""Training shards as `anyecg prepare` writes them (training/README.md), and the sampling of segments from them."""
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .progress import Progress

PATCH = 300
BINS = 30            # beat positions of one token
BIN = 10             # samples of one position
BEAT_LEAD = 60       # the beat window of second k starts this many samples before the second
RHYTHMS = ("sinus", "af", "flutter", "svt", "vt", "vf", "paced", "other", "unreadable")
BEATS = ("N", "S", "V", "F", "Q")
STRIPS = ("N", "A", "O", "~")
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
    label: str                 # N, A, O, ~ of a hand-held strip, else empty
    leads: np.ndarray          # [L] lead identities
    patches: np.ndarray        # [L, T, 300] float16 mV
    present: np.ndarray        # [L, T] bool
    rhythm: np.ndarray         # [T] int8
    beats: np.ndarray          # [n, 2] sample at 300 Hz, 0-4 AAMI class, 5 a beat of unknown class; ascending
    beats_known: np.ndarray    # [T] bool: beats that are not listed are not there
    anomaly: np.ndarray        # [T] int8: 0 normal, 1 abnormal, -1 unknown
    context: np.ndarray        # [L + 1, T, F]: of all leads together, then of each alone
    classes: np.ndarray        # [C] int8: 12-lead diagnoses, -1 where nothing is said
    abnormal: int              # the record as a whole: 0, 1, -1 unknown
    age: float                 # years; nan unknown
    sex: float                 # 1 female, 0 male; nan unknown

    @property
    def seconds(self):
        return self.rhythm.shape[0]


def weak_beats(qrs, rhythm, record_label):
    """Where no beats are annotated, the classical detector's on the first lead stand in, in rhythms that it is good at. They
    are of class N in a recording labelled N, else of unknown class: a detector knows where, not what."""
    kind = 0 if record_label == "N" else SOME_BEAT - 1
    found = np.sort(qrs[qrs[:, 1] == 0, 0])
    known = np.isin(rhythm, DETECTABLE)
    known[:SETTLING] = False
    known[-SETTLING:] = False
    return np.stack([found, np.full_like(found, kind)], 1), known


def anomaly_labels(rhythm, beats, record_label, annotated):
    """Normal is sinus rhythm without an ectopic beat; a record label N is normal, every other readable one abnormal."""
    anomaly = np.where(rhythm < 0, IGNORE, (rhythm != SINUS).astype(np.int8)).astype(np.int8)
    anomaly[rhythm == UNREADABLE] = IGNORE
    if annotated:
        ectopic = np.unique(beats[beats[:, 1] > 0, 0] // PATCH)
        anomaly[ectopic[ectopic < rhythm.size]] = 1
    return np.full_like(anomaly, IGNORE) if record_label == "~" else anomaly


def load_recording(stem, features, classes):
    stem = str(stem)
    about = json.loads(Path(stem + ".json").read_text(encoding="utf-8"))
    patches, beats, rhythm = (np.load(f"{stem}.{part}.npy") for part in ("patches", "beats", "rhythm"))
    label = about.get("label") or ""
    label = label if label in STRIPS else ""
    annotated = about["beatsAnnotated"]
    beats, known = (beats, np.ones(rhythm.size, bool)) if annotated else weak_beats(np.load(stem + ".qrs.npy"), rhythm, label)
    context = np.load(stem + ".context.npy") if features else np.zeros((patches.shape[0] + 1, rhythm.size, 0), np.float32)
    if context.shape[2] != features:
        raise ValueError(f"{stem}: {context.shape[2]} context features, the config says {features}")
    return Recording(
        about["name"], about["source"], label, np.array(about["leads"], np.int64), patches, np.load(stem + ".present.npy").astype(bool),
        rhythm, beats, known, anomaly_labels(rhythm, beats, label, annotated), context, *_record_labels(about, classes))


def _record_labels(about, classes):
    """-> 12-lead diagnoses [C], abnormal, age, sex of a recording that says so; "not said" otherwise."""
    said, open_ = about.get("labels"), about.get("unknownLabels") or ()
    found = np.full(len(classes), IGNORE, np.int8)
    if said is not None:
        found[:] = [IGNORE if name in open_ else name in said for name in classes]
    abnormal, age, sex = about.get("anomaly"), about.get("age"), about.get("sex")
    return (found, IGNORE if abnormal is None else int(abnormal), np.nan if age is None else float(age),
            {"f": 1.0, "m": 0.0}.get(sex, np.nan))


def load_set(folder, records=None, split=None, limit=None, exclude=(), features=0, classes=(), quiet=False):
    """Recordings of one folder, by name (`records`), by `split`, or all; sorted by name so that a seed means one order."""
    stems = sorted(p.with_suffix("") for p in Path(folder).glob("*.json"))
    if records is not None:
        missing = sorted(set(records) - {s.name for s in stems})
        if missing:
            raise FileNotFoundError(f"{folder} has no shards of {', '.join(missing)}")
        stems = [s for s in stems if s.name in set(records)]
    if split is not None:
        stems = [s for s in stems if json.loads((s.parent / (s.name + ".json")).read_text())["split"] == split]
    stems = [s for s in stems if s.name not in exclude][:limit]
    bar = Progress(len(stems), f"read {Path(folder).name}", quiet)
    loaded = []
    for stem in stems:
        loaded.append(load_recording(stem, features, classes))
        bar.step()
    bar.done()
    return loaded


def load_sets(config, shards, part, quiet=False):
    """The train or validation recordings of every set of a config that has any."""
    features, classes = config["network"].get("contextFeatures", 0), config.get("arrhythmiaLabels", ())
    return {name: load_set(Path(shards) / name, **chosen[part], features=features, classes=classes, quiet=quiet)
            for name, chosen in config["sets"].items() if part in chosen}


class Sampler:
    """Draws segments: long records by random phase or around a rare class, short ones packed with restarts between (two
    absent seconds cut the attention to the lead's own past). A batch is of one of the config's groups: leads and seconds."""

    def __init__(self, sets, config, rng):
        self.sets, self.config, self.rng = sets, config, rng
        self.anchors = {name: self._anchors(records) for name, records in sets.items()}
        some = next(iter(sets.values()))[0]
        self.features, self.classes = some.context.shape[2], some.classes.size

    @staticmethod
    def _anchors(records):
        """Class -> places (record, second); rare rhythms and ectopic beats of long records, the label of short ones."""
        found = {}
        for index, record in enumerate(records):
            if record.label or record.classes.max(initial=IGNORE) >= 0:
                for name in [record.label] if record.label else np.flatnonzero(record.classes > 0):
                    found.setdefault(name if record.label else "diagnosis", []).append((index, 0))
                continue
            kinds = {(RHYTHMS[record.rhythm[k]], k) for k in np.flatnonzero(record.rhythm > 0)}
            kinds |= {("beat" + BEATS[c], s // PATCH) for s, c in record.beats if 0 < c < SOME_BEAT - 1 and s // PATCH < record.seconds}
            for name, second in sorted(kinds):
                found.setdefault(name, []).append((index, int(second)))
        return found

    def batch(self):
        """One batch of numpy arrays; every segment of a batch has the same number of leads and seconds."""
        groups = self.config["groups"]
        shares = np.array([g["share"] for g in groups])
        group = groups[self.rng.choice(len(groups), p=shares / shares.sum())]
        weights = np.array(list(group["sets"].values()))
        count = self.config["leadSecondsPerStep"] // (group["seconds"] * group["leads"])
        drawn = [self._segment(list(group["sets"])[self.rng.choice(len(weights), p=weights / weights.sum())], group) for _ in range(count)]
        return {key: np.stack([d[key] for d in drawn]) for key in drawn[0]}

    def _segment(self, source, group):
        records, anchors = self.sets[source], self.anchors[source]
        out = self._empty(group["leads"], group["seconds"])
        at = epoch = 0
        while at < group["seconds"] - 4:
            record, start = self._place(records, anchors, group["seconds"])
            take = min(group["seconds"] - at, record.seconds - start)
            out["epoch"][at:] = epoch
            self._copy(out, at, record, start, take)
            at += take + 2
            epoch += 1
        return out

    def _place(self, records, anchors, seconds):
        rng = self.rng
        rare = self.config["anchorWeights"]
        kinds = [k for k in anchors if rare.get(k, 0.0) > 0]
        if kinds and rng.random() < self.config["anchorShare"]:
            weights = np.array([rare[k] for k in kinds])
            places = anchors[kinds[rng.choice(len(kinds), p=weights / weights.sum())]]
            index, second = places[rng.integers(len(places))]
            record = records[index]
            return record, int(np.clip(second - rng.integers(seconds), 0, max(record.seconds - seconds, 0)))
        record = records[rng.integers(len(records))]
        return record, int(rng.integers(max(record.seconds - seconds, 0) + 1))

    def _empty(self, leads, t):
        return {
            "patches": np.zeros((leads, t, PATCH), np.float32), "present": np.zeros((leads, t), bool),
            "leads": np.zeros(leads, np.int64), "context": np.zeros((t, self.features), np.float32), "epoch": np.zeros(t, np.int64),
            "rhythm": np.full(t, IGNORE, np.int64), "weight": np.ones(t, np.float32), "anomaly": np.full(t, IGNORE, np.int64),
            "beat": np.full((t, BINS), IGNORE, np.int64), "offset": np.zeros((t, BINS), np.float32),
            "strip": np.full(t, IGNORE, np.int64), "classes": np.full((t, self.classes), IGNORE, np.float32),
            "abnormal": np.full(t, IGNORE, np.float32), "age": np.full(t, np.nan, np.float32), "sex": np.full(t, np.nan, np.float32)}

    def _copy(self, out, at, record, start, take):
        """One piece of a record, begun at any sample of its first second where there is one second more to give. The leads
        are drawn in random order, those that the record lacks stay absent."""
        shift = int(self.rng.integers(PATCH)) if start + take < record.seconds else 0
        if not shift and take > 6:
            shift, take = int(self.rng.integers(PATCH)), take - 1
        source, wanted = slice(start, start + take + (shift > 0)), out["leads"].size
        order = self.rng.permutation(len(record.leads))
        to = slice(at, at + take)
        for row, lead in enumerate(order[:wanted]):
            out["patches"][row, to] = self._cut(record.patches[lead, source], shift, take)
            out["present"][row, to] = _whole(record.present[lead, source], take)
            out["leads"][row] = self._lead_of(record, lead)
        if wanted == 1 and len(order) > 1 and self.rng.random() < self.config["mixLeads"]:
            other = self._cut(record.patches[order[1], source], shift, take)
            self._mix(out, to, other, _whole(record.present[order[1], source], take))
        out["context"][to] = record.context[1 + order[0] if wanted == 1 else 0, start:start + take]
        self._label(out, at, record, start, take, shift)

    @staticmethod
    def _cut(patches, shift, take):
        return patches.reshape(-1)[shift:shift + take * PATCH].reshape(take, PATCH)

    def _label(self, out, at, record, start, take, shift):
        to, nearest = slice(at, at + take), start + (shift > PATCH // 2)
        out["weight"][to] = self.config["rhythmSetWeights"].get(record.source, 0.0)
        out["rhythm"][to] = record.rhythm[nearest:nearest + take]
        out["anomaly"][to] = record.anomaly[nearest:nearest + take]
        out["beat"][to], out["offset"][to] = beat_labels(record, start * PATCH + shift, take)
        if record.label:
            out["weight"][at:at + min(WARM_UP, take)] *= self.config["warmUpWeight"]
            out["strip"][at + take - 1] = STRIPS.index(record.label)
        last = at + take - 1
        out["classes"][last], out["abnormal"][last] = record.classes, record.abnormal
        out["age"][last], out["sex"][last] = record.age, record.sex

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


def _whole(present, take):
    """Presence of seconds that straddle two of the shard's."""
    return present[:take] & present[1:] if present.size > take else present


def beat_labels(record, first, seconds):
    """Classes [seconds, 30] (0 none, 1 + AAMI class, 6 some beat, -1 not known) and offsets of the tokens of a piece that begins
    at sample `first`. The mass of three neighbouring positions is the probability of a beat, so that the jitter of the
    annotations may spread it."""
    cls, offset = np.zeros(seconds * BINS, np.int64), np.zeros(seconds * BINS, np.float32)
    starts = np.arange(seconds * BINS) * BIN + first - BEAT_LEAD
    cls[~record.beats_known[np.clip(starts // PATCH, 0, record.seconds - 1)]] = IGNORE
    away = record.beats[:, 0] - first + BEAT_LEAD
    keep = (away >= 0) & (away < seconds * PATCH)
    at = away[keep] // BIN
    cls[at] = np.where(cls[at] == IGNORE, IGNORE, record.beats[keep, 1] + 1)
    offset[at] = (away[keep] % BIN) / BIN
    # What opens a piece may hold a beat whose rise lies before it.
    cls[:BEAT_LEAD // BIN] = IGNORE
    return cls.reshape(seconds, BINS), offset.reshape(seconds, BINS)
