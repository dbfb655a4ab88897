#!/usr/bin/env python3
"""Writes the golden vectors of docs/protocol.md beside this file.

Independent of the C# code on purpose: struct, a bitwise CRC-32C, nothing shared. Each vector is NAME.hex (the bytes of a native
frame) and NAME.json (the same frame as the JSON codec reads it). Synthetic samples, no licence needed.
"""
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent


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


CODECS = {
    "int16": (1, lambda lead: struct.pack(f"<{len(lead)}h", *lead)),
    "int24": (2, lambda lead: b"".join(struct.pack("<i", s)[:3] for s in lead)),
    "float32": (3, lambda lead: struct.pack(f"<{len(lead)}f", *lead)),
    "delta-varint": (4, varint),
}


def native(codec, epoch, first, leads, time=None, time_of=None, off=()):
    number, pack = CODECS[codec]
    flags = {None: 0, "first": 1, "last": 2}[time_of]
    bitmap = sum(1 << lead for lead in off)
    head = b"AECG" + struct.pack("<BBBBIIQqI", 1, number, len(leads), flags, epoch, len(leads[0]), first, time or 0, bitmap)
    payload = b"".join(pack(lead) for lead in leads)
    return head + struct.pack("<I", crc32c(head + bytes(4) + payload)) + payload


def write_hex(name, data):
    rows = [data[i:i + 20].hex(" ") for i in range(0, len(data), 20)]
    (HERE / f"{name}.hex").write_text("\n".join(rows) + "\n")


def polar(unix_ns, samples):
    """A notification of the ECG stream of a Polar H10: time of the last sample, 24-bit microvolts."""
    since_2000 = unix_ns - 946_684_800 * 10**9
    return struct.pack("<BQB", 0, since_2000, 0) + CODECS["int24"][1](samples)


def head(major, number):
    """Head of a CBOR item, shortest form."""
    if number < 24:
        return bytes([major << 5 | number])
    for info, form, limit in ((24, ">B", 1 << 8), (25, ">H", 1 << 16), (26, ">I", 1 << 32), (27, ">Q", 1 << 64)):
        if number < limit:
            return bytes([major << 5 | info]) + struct.pack(form, number)
    raise ValueError(number)


def cbor(value):
    """Integers, texts, lists and dicts; bytes pass as they are, for tags and other forms built by hand."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, str):
        return head(3, len(value)) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def typed(tag, form, samples):
    """A typed array of RFC 8746."""
    data = struct.pack(f"{form[0]}{len(samples)}{form[1]}", *samples)
    return head(6, tag) + head(2, len(data)) + data


def write_cbor(name, fields, samples, twin):
    write_hex(name, cbor(fields | {"samples": samples}))
    (HERE / f"{name}.json").write_text(json.dumps(fields | {"samples": twin}) + "\n")


def write(name, codec, epoch, first, leads, time=None, time_of=None, off=()):
    frame = native(codec, epoch, first, leads, time, time_of, off)
    write_hex(name, frame)
    twin = {"epoch": epoch, "firstSample": first}
    if time_of:
        twin |= {"deviceTime": time, "deviceTimeOf": time_of}
    if off:
        twin["leadOff"] = list(off)
    (HERE / f"{name}.json").write_text(json.dumps(twin | {"samples": leads}) + "\n")


# FHIR R4: the codes are those of the leads' potentials in ISO/IEEE 11073-10101. The twin is what the worker makes of it, in microvolts.
MDC = "urn:oid:2.16.840.1.113883.6.24"


def sampled(data, **fields):
    return {"origin": {"value": 0, "unit": "mV", "system": "http://unitsofmeasure.org", "code": "mV"}, "period": 4} | fields | {"data": data}


def observation(time, **fields):
    return {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": MDC, "code": "131328"}]}, "effectiveDateTime": time} | fields


def write_fhir(name, resource, time, leads, off=()):
    (HERE / f"{name}.json").write_text(json.dumps(resource, indent=1) + "\n")
    twin = {"epoch": 4, "firstSample": 0, "deviceTime": time} | ({"leadOff": list(off)} if off else {}) | {"samples": leads}
    (HERE / f"{name}-twin.json").write_text(json.dumps(twin) + "\n")


def main():
    write("int16", "int16", 1, 0, [[0, 1, -1, 32767, -32768]])
    write("int16-two-leads", "int16", 7, 3600, [[10, 20, 30], [-10, -20, -30]], 1_700_000_000_123_456_789, "first", [1])
    write("int24", "int24", 4294967295, 2**48, [[0, -1, 8388607, -8388608]], -1, "last")
    write("float32", "float32", 2, 250, [[0.5, -0.25, 1024.0]])
    write("delta-varint", "delta-varint", 3, 12345678901, [[0, 63, 0, 64, -8388608, 8388607], [5, 5, 5, 5, 5, 4]])
    write_hex("polar-ecg", polar(1_700_000_000_123_456_789, [0, 1, -1, 1250, -8388608, 8388607]))

    leads = [[10, 20, 30], [-10, -20, -30]]
    fields = {"epoch": 7, "firstSample": 3600, "deviceTime": 1_700_000_000_123_456_789, "deviceTimeOf": "last", "leadOff": [1]}
    write_cbor("cbor-typed", fields, [typed(77, "<h", lead) for lead in leads], leads)
    half = [0.5, -0.25, 1024.0]
    write_cbor("cbor-grid", {"firstSample": 2**48}, head(6, 40) + cbor([[2, 3], typed(81, ">f", half + half[::-1])]), [half, half[::-1]])
    mixed = [1, -1, 300, -70000, 1.5, 0.1]
    numbers = b"".join(cbor(n) for n in mixed[:4]) + b"\xf9" + struct.pack(">e", 1.5) + b"\xfb" + struct.pack(">d", 0.1)
    write_cbor("cbor-plain", {"epoch": 2, "firstSample": 250}, b"\x9f\x9f" + numbers + b"\xff\xff", [mixed])

    write_fhir("fhir-components", observation("2023-11-14T22:13:20.000Z", component=[
        {"code": {"coding": [{"system": MDC, "code": "131330", "display": "MDC_ECG_ELEC_POTL_II"}]},
         "valueSampledData": sampled("0 125 -125 U L", factor=0.002, lowerLimit=-3, upperLimit=3, dimensions=1)},
        {"code": {"text": "V1"}, "valueSampledData": sampled("E 1 2.5 -.5 E", dimensions=1)},
    ]), 1_700_000_000_000_000_000, [[0, 250, -250, 3000, -3000], [0, 1000, 2500, -500, -500]], off=[1])
    write_fhir("fhir-dimensions", observation("2023-11-14T23:13:20+01:00", valueSampledData=sampled(
        "E E 1 10 2 20 3 30 E E E E", factor=0.001, dimensions=2)), 1_700_000_000_004_000_000, [[1, 2, 3], [10, 20, 30]])


if __name__ == "__main__":
    main()
