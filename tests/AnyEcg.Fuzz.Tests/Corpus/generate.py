#!/usr/bin/env python3
"""Writes the seeds of the fuzz corpus beside this file: one folder for each decoder, small valid inputs of every kind it takes.

Independent of the C# code on purpose. All samples are synthetic. Files named regression-* are not made here: they once broke
something and stay for good.
"""
import importlib.util
import json
import math
import pathlib
import struct

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parents[1] / "AnyEcg.Protocol.Tests" / "Golden"
SPEC = importlib.util.spec_from_file_location("golden", GOLDEN / "generate.py")
vectors = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(vectors)


def put(folder, name, data):
    path = HERE / folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)


def beat(i, rate=250, amplitude=1000):
    return round(amplitude * math.exp(-(((i % rate) - 60) / 4) ** 2))


# --- frames -------------------------------------------------------------------------------------------------------------------
def frames():
    lead = [beat(i) for i in range(50)]
    for codec in vectors.CODECS:
        put("frame-native", f"{codec}.bin", vectors.native(codec, 1, 0, [lead]))
        put("frame-native", f"{codec}-3leads.bin", vectors.native(codec, 7, 3600, [lead, lead[::-1], lead], 10**18, "first", [1]))
    put("frame-native", "one-sample.bin", vectors.native("int16", 2**32 - 1, 2**48, [[1]], -1, "last"))
    two = [lead[:20], lead[20:40]]
    put("frame-json", "samples.json", json.dumps({"epoch": 7, "firstSample": 3600, "samples": two}))
    put("frame-json", "all-fields.json", json.dumps({
        "epoch": 7, "firstSample": 0, "deviceTime": "2023-11-14T22:13:20.123456789Z", "deviceTimeOf": "last", "leadOff": [1],
        "samples": [[0.5, -1], [2, 3e2]], "unknown": {"a": [1, {"b": None}]}}))
    put("frame-json", "base64.json", json.dumps({"firstSample": 5, "leads": 2, "encoding": "int16", "base64": "AQACAAMABAA="}))
    put("frame-json", "nanoseconds.json", json.dumps({"firstSample": 1, "deviceTime": 1700000000123456789, "samples": [[1], [2]]}))


def polar():
    def notification(count, ns=700_000_000 * 10**9):
        return struct.pack("<BQB", 0, ns, 0) + b"".join(struct.pack("<i", beat(i, 130) - 50)[:3] for i in range(count))

    put("frame-polar", "whole.bin", notification(73))
    put("frame-polar", "one.bin", notification(1))
    put("frame-polar", "clock-not-set.bin", notification(20, 0))


def golden():
    """The golden vectors of the codecs are seeds as well."""
    for path in GOLDEN.glob("cbor-*.hex"):
        put("frame-cbor", path.stem + ".bin", bytes.fromhex(path.read_text()))
    for name in ("fhir-components", "fhir-dimensions"):
        put("frame-fhir", name + ".json", (GOLDEN / f"{name}.json").read_bytes())


def commands():
    put("command", "acknowledge.json", json.dumps({
        "command": "acknowledge", "alertId": "5f0c1b1e-7b43-5a0c-9d5e-0123456789ab", "operator": "ward 7", "reason": "seen", "time": "2024-01-02T03:04:05Z"}))
    put("command", "pause.json", json.dumps({"command": "pause", "kind": "asystole", "seconds": 120, "operator": "ward 7"}))
    put("command", "strip.json", json.dumps({"command": "strip", "epoch": 1, "from": 0, "to": 3000}))
    put("command", "strip-of-alert.json", json.dumps({"command": "strip", "alertId": "5f0c1b1e-7b43-5a0c-9d5e-0123456789ab", "seconds": 120}))
    put("command", "resume.json", json.dumps({"command": "resume", "kind": "asystole", "operator": "ward 7"}))
    put("command", "limits.json", json.dumps({
        "command": "limits", "operator": "ward 7", "limits": {
            "bradycardia": {"limit": 35.5, "offLimit": None, "over": 30, "priority": "medium", "enabled": True, "refractorySeconds": 60},
            "asystole": {"latching": False, "escalateSeconds": 120, "updateSeconds": 0, "onSeconds": 1, "onOfSeconds": 2, "offSeconds": 1, "offOfSeconds": 2}}}))
    put("command", "admit.json", json.dumps({"command": "admit", "operator": "ward 7"}))
    put("command", "discharge.json", json.dumps({"command": "discharge", "operator": "ward 7", "erase": True}))
    put("command", "alerts.json", json.dumps({"command": "alerts", "group": "a", "stream": "b"}))
    put("command-answer", "done.json", json.dumps({"outcome": "done", "group": "a", "stream": "b", "command": "pause"}))
    put("command-answer", "refused.json", json.dumps({"outcome": "refused", "reason": "bad-json", "group": "a", "stream": "b"}))
    put("command-answer", "strip.json", json.dumps({
        "outcome": "done", "group": "a", "stream": "b", "command": "strip", "strip": {"epoch": 1, "leads": [{"microvolts": [1, None]}]}}))
    put("command-answer", "alerts.json", json.dumps({"outcome": "done", "group": "a", "stream": "b", "command": "alerts", "alerts": [{"revision": 1}]}))


def documents():
    put("descriptor", "least.json", json.dumps({"sampleRateHz": 250, "leads": ["II"], "microvoltsPerLsb": 1}))
    put("descriptor", "full.json", json.dumps({
        "sampleRateHz": 360, "leads": [{"name": "MLII"}, {"name": "V1", "mdc": 131075}], "microvoltsPerLsb": [5, 5], "baseline": 1024,
        "adcMin": 0, "adcMax": 2047, "epoch": 3, "clock": "free", "mains": 60, "contentType": "application/vnd.anyecg.frame",
        "age": 69, "sex": "male"}))
    put("status", "online.json", json.dumps({"state": "online", "battery": 93}))
    put("status", "leadoff.json", json.dumps({"state": "leadoff", "leadOff": [0, 2], "battery": 5}))
    put("mark", "full.json", json.dumps({"epoch": 1, "sample": 12345, "time": "2024-01-02T03:04:05.678Z", "text": "dizzy"}))
    put("mark", "empty.json", "{}")
    put("worker-status", "ready.json", json.dumps({
        "workerId": "w1", "state": "up", "time": "2024-01-02T03:04:05Z", "version": "0.1.0", "groups": ["a", "b"],
        "modelId": "anyecg-s", "engine": "cpu", "streams": 12}))
    raised = {
        "alertId": "5f0c1b1e-7b43-5a0c-9d5e-0123456789ab", "revision": 1, "group": "g", "stream": "s", "phase": "start", "kind": "asystole",
        "priority": "high", "type": "physiological", "codes": {"mdc": {"code": 199684, "name": "MDC_EVT_ECG_ASYSTOLE"}, "snomed": "397829000"},
        "condition": {"present": True, "onset": "2026-01-02T03:04:15.000Z", "onsetSample": 300, "decided": "2026-01-02T03:04:19.000Z",
                      "decidedSample": 1500, "limit": "4 s"},
        "signal": "on", "evidence": {"epoch": 1, "leads": [{"index": 0, "name": "II"}, {"index": 2}], "score": 0.5, "qualityDoubtful": False,
                                     "modelId": "m"}, "historical": False, "lagMs": 12.5}
    put("alert", "raised.json", json.dumps(raised))
    put("alert", "acknowledged.json", json.dumps(raised | {
        "revision": 2, "phase": "update", "signal": "paused", "pausedUntil": "2026-01-02T03:05:15.000Z", "priorityChange": {"was": "low", "reason": "x"},
        "action": {"kind": "pause", "operator": "n", "time": "2026-01-02T03:04:20.000Z", "reason": "r"}, "retraction": "late",
        "condition": raised["condition"] | {"present": False, "end": "2026-01-02T03:04:20.000Z", "endSample": 1800, "value": None}}))
    for kind in ("meta", "frame", "status", "mark"):
        put("topic", f"{kind}.txt", f"ecg/v1/ward-7/patch-{kind}/{kind}")


# --- MQTT ---------------------------------------------------------------------------------------------------------------------
def text(value):
    data = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(data)) + data


def packet(header, body):
    length, out = len(body), bytearray([header])
    while True:
        out.append(length & 0x7F | (0x80 if length > 0x7F else 0))
        length >>= 7
        if not length:
            return bytes(out) + body


def properties(*items):
    """Each item an identifier and its bytes, encoded already."""
    block = b"".join(bytes([i]) + data for i, data in items)
    return bytes([len(block)]) + block


U16, U32 = struct.Struct(">H").pack, struct.Struct(">I").pack
PAIR = (0x26, text("a") + text("b"))


def mqtt5():
    will = properties((0x18, U32(9)), (0x01, b"\1"), (0x02, U32(60)), (0x03, text("text/plain")), (0x08, text("r")), (0x09, text(b"\1\2")), PAIR)
    offer = properties((0x11, U32(9)), (0x21, U16(9)), (0x27, U32(9)), (0x22, U16(9)), (0x19, b"\1"), (0x17, b"\0"), PAIR, (0x15, text("m")), (0x16, text(b"\1")))
    connect = text("MQTT") + bytes([5, 0xEE]) + U16(60) + offer + text("id") + will + text("will/topic") + text(b"gone") + text("user") + text(b"secret")
    answer = properties(
        (0x11, U32(9)), (0x21, U16(9)), (0x24, b"\1"), (0x25, b"\0"), (0x27, U32(9)), (0x12, text("id")), (0x22, U16(9)), (0x1F, text("why")), PAIR,
        (0x28, b"\0"), (0x29, b"\0"), (0x2A, b"\0"), (0x13, U16(9)), (0x1A, text("r")), (0x1C, text("s")), (0x15, text("m")), (0x16, text(b"\1")))
    message = properties(
        (0x01, b"\1"), (0x02, U32(60)), (0x23, U16(3)), (0x08, text("answers")), (0x09, text(b"\1\2\3")), PAIR, (0x26, text("c") + text("d")),
        (0x0B, b"\xAC\x02"), (0x03, text("application/json")))
    why = properties((0x1F, text("why")), PAIR)
    topic = text("ecg/v1/ward/7/frame")
    all_of_them = {
        "connect": packet(0x10, connect),
        "connect-least": packet(0x10, text("MQTT") + bytes([5, 2]) + U16(0) + b"\0" + text("")),
        "connack": packet(0x20, b"\1\0" + answer),
        "publish-qos0": packet(0x30, topic + b"\0" + b"payload"),
        "publish-qos1": packet(0x3B, topic + U16(7) + message + b"payload"),
        "publish-qos2": packet(0x34, topic + U16(8) + message + b"payload"),
        "puback": packet(0x40, U16(7) + b"\x10" + why),
        "pubrec": packet(0x50, U16(7) + b"\x87" + why),
        "pubrel": packet(0x62, U16(7) + b"\x92" + why),
        "pubcomp": packet(0x70, U16(7)),
        "subscribe": packet(0x82, U16(7) + properties((0x0B, b"\x05"), PAIR) + text("a/+/#") + b"\x2D" + text("$share/g/b") + b"\2"),
        "suback": packet(0x90, U16(7) + why + b"\0\1\2\x87"),
        "unsubscribe": packet(0xA2, U16(7) + properties(PAIR) + text("a") + text("b/#")),
        "unsuback": packet(0xB0, U16(7) + why + b"\0\x11"),
        "ping": packet(0xC0, b"") + packet(0xD0, b""),
        "disconnect": packet(0xE0, b"\x8E" + properties((0x11, U32(9)), (0x1F, text("why")), (0x1C, text("where")), PAIR)),
        "auth": packet(0xF0, b"\x18" + properties((0x15, text("m")), (0x16, text(b"\1")), (0x1F, text("why")), PAIR)),
    }
    for name, data in all_of_them.items():
        put("mqtt5-packets", f"{name}.bin", data)
    put("mqtt5-packets", "session.bin", all_of_them["connack"] + all_of_them["publish-qos1"] * 3 + all_of_them["puback"] + all_of_them["disconnect"])


def mqtt311():
    topic = text("ecg/v1/ward/7/frame")
    connect = text("MQTT") + bytes([4, 0xEE]) + U16(60) + text("id") + text("will/topic") + text(b"gone") + text("user") + text(b"secret")
    all_of_them = {
        "connect": packet(0x10, connect),
        "connack": packet(0x20, b"\1\0"),
        "connack-refused": packet(0x20, b"\0\5"),
        "publish-qos0": packet(0x31, topic + b"payload"),
        "publish-qos1": packet(0x3A, topic + U16(7) + b"payload"),
        "publish-qos2": packet(0x34, topic + U16(8)),
        "acks": b"".join(packet(h, U16(7)) for h in (0x40, 0x50, 0x62, 0x70)),
        "subscribe": packet(0x82, U16(7) + text("a/+/#") + b"\1" + text("b") + b"\2"),
        "suback": packet(0x90, U16(7) + b"\0\1\2\x80"),
        "unsubscribe": packet(0xA2, U16(7) + text("a") + text("b/#")),
        "unsuback": packet(0xB0, U16(7)),
        "ends": packet(0xC0, b"") + packet(0xD0, b"") + packet(0xE0, b""),
    }
    for name, data in all_of_them.items():
        put("mqtt311-packets", f"{name}.bin", data)


def conversations():
    """What a broker says to a client that has connected, and what a client says to a broker."""
    topic, five, old = text("ecg/v1/ward/7/frame"), b"\0", b""
    for folder, none in (("mqtt5-client", five), ("mqtt311-client", old)):
        connack = packet(0x20, b"\0\0" + none)
        messages = packet(0x30, topic + none + b"a") + packet(0x32, topic + U16(1) + none + b"b") + packet(0x34, topic + U16(2) + none + b"c")
        release = packet(0x62, U16(2)) + packet(0x3C, topic + U16(2) + none + b"c")
        answers = packet(0x40, U16(1)) + packet(0x50, U16(2)) + packet(0x70, U16(2))
        put(folder, "messages.bin", connack + messages + release)
        put(folder, "answers.bin", connack + answers + packet(0xD0, b""))
        put(folder, "many.bin", connack + b"".join(packet(0x32, topic + U16(i) + none + b"x") for i in range(1, 14)))
    limits = properties((0x21, U16(1)), (0x24, b"\1"), (0x25, b"\0"), (0x27, U32(40)), (0x12, text("given")), (0x22, U16(2)), (0x13, U16(5)))
    alias = packet(0x30, topic + properties((0x23, U16(3))) + b"a") + packet(0x30, text("") + properties((0x23, U16(3))) + b"b")
    put("mqtt5-client", "limits.bin", packet(0x20, b"\0\0" + limits) + alias + packet(0xE0, b"\x8E" + properties((0x1F, text("why")))))
    for name, level, none in (("5", 5, five), ("311", 4, old)):
        connect = packet(0x10, text("MQTT") + bytes([level, 2]) + U16(60) + none + text("c"))
        subscribe = packet(0x82, U16(1) + none + text("#") + b"\2" + text("$share/g/a/+") + b"\1")
        publish = packet(0x33, topic + U16(2) + none + b"r") + packet(0x34, topic + U16(3) + none + b"s") + packet(0x62, U16(3))
        answers = packet(0x40, U16(1)) + packet(0x50, U16(2)) + packet(0x70, U16(2))
        leave = packet(0xA2, U16(4) + none + text("#")) + packet(0xC0, b"") + packet(0xE0, b"")
        put("mqtt-broker", f"talk-{name}.bin", connect + subscribe + publish + answers + leave)
        put("mqtt-broker", f"flood-{name}.bin", connect + subscribe + b"".join(
            packet(0x32, topic + U16(i) + none + b"x") for i in range(1, 30)))
    will = text("MQTT") + bytes([5, 0x2E]) + U16(5) + properties((0x11, U32(60)), (0x21, U16(2)), (0x22, U16(2))) + text("w")
    will += properties((0x18, U32(9))) + text("will") + text(b"gone")
    aliased = packet(0x30, topic + properties((0x23, U16(3))) + b"a") + packet(0x30, text("") + properties((0x23, U16(3))) + b"b")
    put("mqtt-broker", "will.bin", packet(0x10, will) + packet(0x82, U16(1) + properties((0x0B, b"\7")) + text("ecg/#") + b"\x2D") + aliased)


def urls():
    for name, url in {
        "plain": "mqtt://127.0.0.1:1883", "tls": "mqtts://broker.example", "websocket": "ws://localhost:8083/mqtt",
        "secure-websocket": "wss://broker.example:443/a/b?c=d", "ipv6": "mqtt://[::1]:1883"}.items():
        put("broker-url", f"{name}.txt", url)


# --- recordings ---------------------------------------------------------------------------------------------------------------
def archive(*members):
    out = b""
    for name, data in members:
        data = data.encode("latin-1") if isinstance(data, str) else data
        out += struct.pack("<B", len(name)) + name.encode() + struct.pack("<i", len(data)) + data
    return out


def checksum(samples):
    total = sum(samples) & 0xFFFF
    return total - 65536 if total > 32767 else total


def pack212(samples):
    out = bytearray()
    samples = list(samples) + [0] * (len(samples) % 2)
    for a, b in zip(samples[::2], samples[1::2]):
        a, b = a & 0xFFF, b & 0xFFF
        out += bytes((a & 0xFF, (a >> 8) | ((b >> 8) << 4), b & 0xFF))
    return bytes(out)


def wfdb_header(name, code, signals, count, rate=250, file=None):
    lines = [f"{name} {len(signals)} {rate} {count} 12:34:56 01/02/2003"]
    for i, s in enumerate(signals):
        lines.append(f"{file or name + '.dat'} {code} 200(0)/mV 12 0 {s[0]} {checksum(s)} 0 {('MLII', 'V1', 'V5')[i]}")
    return "\n".join(lines) + "\n# 69 M\n"


def records():
    a = [beat(i, amplitude=400) for i in range(200)]
    b = [-x // 2 for x in a]
    frames_of_two = [x for pair in zip(a, b) for x in pair]
    data = {
        "16": struct.pack(f"<{len(frames_of_two)}h", *frames_of_two),
        "61": struct.pack(f">{len(frames_of_two)}h", *frames_of_two),
        "24": b"".join(struct.pack("<i", x)[:3] for x in frames_of_two),
        "32": struct.pack(f"<{len(frames_of_two)}i", *frames_of_two),
        "212": pack212(frames_of_two),
        "160": struct.pack(f"<{len(frames_of_two)}H", *(x + 32768 for x in frames_of_two)),
    }
    for code, payload in data.items():
        put("wfdb-record", f"format{code}.bin", archive(("r.hea", wfdb_header("r", code, [a, b], 200)), ("r.dat", payload)))
        put("wfdb-header", f"format{code}.hea", wfdb_header("r", code, [a, b], 200))
    small = [x // 4 for x in a]
    put("wfdb-record", "format80.bin", archive(
        ("r.hea", wfdb_header("r", "80", [small], 200)), ("r.dat", bytes(x + 128 for x in small))))
    one = ("r.hea", wfdb_header("r", "16", [a, b], 200)), ("r.dat", data["16"])
    two = ("q.hea", wfdb_header("q", "212", [a, b], 200)), ("q.dat", data["212"])
    layout = ("l.hea", "l 2 250 0\n~ 0 200(0)/mV 12 0 0 0 0 MLII\n~ 0 200(0)/mV 12 0 0 0 0 V1\n")
    put("wfdb-record", "segments-fixed.bin", archive(("m.hea", "m/2 2 250 400\nr 200\nq 200\n"), *one, *two))
    put("wfdb-record", "segments-variable.bin", archive(("m.hea", "m/4 2 250 500\nl 0\nr 200\n~ 100\nq 200\n"), layout, *one, *two))
    put("wfdb-record", "frequencies.bin", archive(
        ("r.hea", "r 2 125 100\nr.dat 16x2:1 200 12 0 0 0 0 MLII\nr.dat 16 200 12 0 0 0 0 V1\n"),
        ("r.dat", struct.pack("<306h", *[x % 100 for x in range(306)]))))
    put("wfdb-header", "comments.hea", "# before\nrec 1 360/360(0) 650000 0:0:0 1/1/1990\nrec.dat 212x1:0+0 200 11 1024 995 -22131 0 MLII\n# 69 M\n#x\n")
    put("wfdb-header", "fractional.hea", "rec 1 128.5 10\nrec.dat 16 1000.5(-3)/uV 16 0 0 0 0 ECG lead I\n")
    put("wfdb-header", "segments.hea", "multi/2 1 250 400\nr 200\n~ 200\n")


def crc(data, width, polynomial, start=0):
    value = start
    for byte in data:
        value ^= byte << (width - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value >> (width - 1) & 1 else value << 1) & ((1 << width) - 1)
    return value


def flac():
    """One frame of 200 samples in two channels: a constant one, and one written out."""
    samples = [beat(i, amplitude=400) for i in range(200)]
    frame = b"\xff\xf8" + bytes([0x70, 0x18, 0]) + struct.pack(">H", 199)
    frame += bytes([crc(frame, 8, 0x07)])
    frame += b"\0" + struct.pack(">h", 7) + b"\x02" + struct.pack(">200h", *samples)
    frame += struct.pack(">H", crc(frame, 16, 0x8005))
    rate_to_count = 250 << 44 | 1 << 41 | 15 << 36 | 200
    info = struct.pack(">HH", 200, 200) + bytes(6) + struct.pack(">Q", rate_to_count) + bytes(16)
    file = b"fLaC" + bytes([0x80, 0, 0, 34]) + info + frame
    put("wfdb-flac", "two-channels.bin", archive(("r.hea", wfdb_header("r", "516", [[7] * 200, samples], 200)), ("r.dat", file)))


def edf_header(signals, records, seconds, reserved=""):
    def column(width, values):
        return "".join(str(v).ljust(width)[:width] for v in values)

    count = len(signals)
    head = column(8, [0]) + column(80, ["X X X X", "Startdate 02-MAR-2002 X X X"]) + column(8, ["02.03.02", "12.34.56", 256 * (count + 1)])
    head += column(44, [reserved]) + column(8, [records, seconds]) + column(4, [count])
    for width, name in ((16, "label"), (80, "transducer"), (8, "unit"), (8, "pmin"), (8, "pmax"), (8, "dmin"), (8, "dmax"), (80, "filter"), (8, "n"), (32, "r")):
        head += column(width, [signal.get(name, "") for signal in signals])
    return head.encode("latin-1")


def edf():
    def signal(label, per_record, bits=16):
        top = 2 ** (bits - 1)
        return {"label": label, "unit": "uV", "pmin": -3277, "pmax": 3277, "dmin": -top, "dmax": top - 1, "n": per_record}

    def tal(onset, text=""):
        out = f"+{onset}".encode() + b"\x14\x14\0"
        out += text.encode() + b"\x14\0" if text else b""
        return out.ljust(40, b"\0")

    ecg = [struct.pack("<50h", *(beat(50 * r + i) for i in range(50))) for r in range(4)]
    put("edf", "plain.edf", edf_header([signal("ECG I", 50), signal("ECG II", 50)], 4, 1) + b"".join(x + x for x in ecg))
    notes = {"label": "EDF Annotations", "pmin": -1, "pmax": 1, "dmin": -32768, "dmax": 32767, "n": 20}
    two = [signal("EKG", 50), notes]
    put("edf", "plus.edf", edf_header(two, 4, 1, "EDF+C") + b"".join(
        x + tal(r, f"+{r}.5\x15{0.25}\x14Sinus ä" if r % 2 else "") for r, x in enumerate(ecg)))
    put("edf", "gaps.edf", edf_header(two, 4, 1, "EDF+D") + b"".join(x + tal(3 * r + 0.5) for r, x in enumerate(ecg)))
    bdf = edf_header([signal("ECG V1", 50, 24)], 2, 0.5)
    put("edf", "24-bit.bdf", b"\xffBIOSEMI" + bdf[8:] + b"".join(struct.pack("<i", 100 * beat(i))[:3] for i in range(100)))


def ishne():
    variable = b"made here"
    head = struct.pack("<iiii", len(variable), 200, 522, 522 + len(variable)) + struct.pack("<h", 1)
    head += b"Somebody".ljust(40, b"\0") + b"N.".ljust(40, b"\0") + b"4711".ljust(20, b"\0") + struct.pack("<3h", 2, 1, 3)
    head = head.ljust(146, b"\0")
    fixed = bytearray(512)
    fixed[:len(head)] = head
    struct.pack_into("<h", fixed, 146, 3)
    struct.pack_into("<12h", fixed, 148, *([1, 2, 3] + [-9] * 9))
    struct.pack_into("<12h", fixed, 196, *([2500] * 3 + [-9] * 9))
    struct.pack_into("<h", fixed, 262, 200)
    block = bytes(fixed) + variable
    samples = b"".join(struct.pack("<3h", beat(i), -beat(i), 7) for i in range(200))
    put("ishne", "three-leads.ecg", b"ISHNE1.0" + struct.pack("<H", crc(block, 16, 0x1021, 0xFFFF)) + block + samples)


def csv():
    put("csv", "seconds.csv", "time [s],ecg [mV]\n" + "".join(f"{i / 250:.3f},{beat(i) / 1000:.3f}\n" for i in range(100)))
    put("csv", "iso.csv", "# export\ntimestamp;I (uV);II (uV)\n" + "".join(
        f"2024-01-02T03:04:{i / 128:09.6f}Z;{beat(i)};{-beat(i)}\n" for i in range(100)))
    put("csv", "gap.csv", "time [ms]\tecg_uV\n" + "".join(f"{1700000000000 + 4 * i + (400 if i > 50 else 0)}\t{beat(i)}\n" for i in range(100)))


def matlab():
    """Level 4, one matrix val of 16-bit integers."""
    rows, columns = 2, 100
    data = struct.pack(f"<{rows * columns}h", *(beat(i // 2) for i in range(rows * columns)))
    put("matlab", "val.mat", struct.pack("<5i", 30, rows, columns, 0, 4) + b"val\0" + data)


def annotations():
    def word(code, value):
        return struct.pack("<H", code << 10 | value)

    plain = b"".join(word(code, dt) for code, dt in ((28, 18), (1, 59), (5, 300), (1, 290), (8, 1000)))
    put("wfdb-annotations", "beats.atr", plain + word(0, 0))
    text = b"(AFIB\0"
    modified = word(28, 10) + word(63, len(text)) + text + word(1, 100) + word(61, 1) + word(62, 1) + word(60, 2) + word(1, 5)
    put("wfdb-annotations", "modifiers.atr", modified + word(0, 0))
    skip = word(59, 0) + struct.pack("<HH", 0x0001, 0x86A0) + word(1, 3)
    note = b"## time resolution: 500 "
    put("wfdb-annotations", "skip.atr", word(22, 0) + word(63, len(note)) + note + skip + word(0, 0))


# --- weights ------------------------------------------------------------------------------------------------------------------
def safetensors():
    header = json.dumps({
        "__metadata__": {"format": "pt"},
        "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        "b": {"dtype": "I64", "shape": [1], "data_offsets": [24, 32]},
        "c": {"dtype": "U8", "shape": [], "data_offsets": [32, 33]}}).encode()
    put("safetensors", "three.safetensors", struct.pack("<Q", len(header)) + header + bytes(range(33)))
    empty = b"{}"
    put("safetensors", "empty.safetensors", struct.pack("<Q", len(empty)) + empty)


if __name__ == "__main__":
    mqtt5()
    mqtt311()
    conversations()
    urls()
    frames()
    polar()
    golden()
    commands()
    documents()
    records()
    flac()
    edf()
    ishne()
    csv()
    matlab()
    annotations()
    safetensors()
