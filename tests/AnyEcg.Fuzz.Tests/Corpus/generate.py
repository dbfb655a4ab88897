#!/usr/bin/env python3
"""Writes the seeds of the fuzz corpus beside this file: one folder for each decoder, small valid inputs of every kind it takes.

Independent of the C# code on purpose. All samples are synthetic. Files named regression-* are not made here: they once broke
something and stay for good.
"""
import json
import math
import pathlib
import struct

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parents[1] / "AnyEcg.Protocol.Tests" / "Golden"


def put(folder, name, data):
    path = HERE / folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)


def beat(i, rate=250, amplitude=1000):
    return round(amplitude * math.exp(-(((i % rate) - 60) / 4) ** 2))


# --- frames -------------------------------------------------------------------------------------------------------------------
def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def varint(samples):
    out, previous = bytearray(), 0
    for sample in samples:
        delta, previous = sample - previous, sample
        zigzag = 2 * delta if delta >= 0 else -2 * delta - 1
        while zigzag >= 0x80:
            out.append(zigzag & 0x7F | 0x80)
            zigzag >>= 7
        out.append(zigzag)
    return bytes(out)


def native(codec, leads, epoch=1, first=0, flags=0, time=0, off=0):
    pack = {
        1: lambda lead: struct.pack(f"<{len(lead)}h", *lead),
        2: lambda lead: b"".join(struct.pack("<i", s)[:3] for s in lead),
        3: lambda lead: struct.pack(f"<{len(lead)}f", *lead),
        4: varint,
    }[codec]
    head = b"AECG" + struct.pack("<BBBBIIQqI", 1, codec, len(leads), flags, epoch, len(leads[0]), first, time, off)
    payload = b"".join(pack(lead) for lead in leads)
    return head + struct.pack("<I", crc32c(head + bytes(4) + payload)) + payload


def frames():
    lead = [beat(i) for i in range(50)]
    for codec in (1, 2, 3, 4):
        put("frame-native", f"codec{codec}.bin", native(codec, [lead]))
        put("frame-native", f"codec{codec}-3leads.bin", native(codec, [lead, lead[::-1], lead], 7, 3600, 1, 10**18, 2))
    put("frame-native", "one-sample.bin", native(1, [[1]], 2**32 - 1, 2**48, 2, -1))
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
    put("alert", "raised.json", json.dumps({
        "alertId": "5f0c1b1e-7b43-5a0c-9d5e-0123456789ab", "revision": 1, "group": "g", "stream": "s", "kind": "asystole",
        "phase": "start", "priority": "high", "signal": "latched",
        "condition": {"present": True, "onsetSample": 300, "endSample": 600, "limit": "4 s"}, "evidence": {"epoch": 1}}))
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
    urls()
    frames()
    polar()
    golden()
    commands()
    documents()
    records()
    annotations()
    safetensors()
