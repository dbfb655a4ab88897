"""Runs one scenario with the Python client paho against a broker and prints what it saw as one line of JSON.

Usage: client.py SCENARIO URL VERSION, VERSION being 4 (3.1.1) or 5; CA_FILE, CERT_FILE and KEY_FILE in the environment for TLS.
"""
import json
import os
import queue
import sys
import threading
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

SCENARIO, URL, VERSION = sys.argv[1], urlsplit(sys.argv[2]), int(sys.argv[3])
LIMIT = 30
OPENED = []


class Client:
    """A connected client whose messages wait in `inbox`."""

    def __init__(self, client_id="", clean=True, will=None, expiry=0):
        transport = "websockets" if URL.scheme.startswith("ws") else "tcp"
        old = {"clean_session": clean} if VERSION == 4 else {}
        # paho 2 asks which callbacks it is to call; these are those of paho 1.
        callbacks = [mqtt.CallbackAPIVersion.VERSION1] if hasattr(mqtt, "CallbackAPIVersion") else []
        self.paho = mqtt.Client(*callbacks, client_id, protocol=VERSION, transport=transport, **old)
        self.inbox, self.connected, self.closed = queue.Queue(), threading.Event(), threading.Event()
        self.answers, self.present, self.reason = queue.Queue(), None, None
        self.paho.on_message = lambda c, u, m: self.inbox.put(m)
        self.paho.on_connect = self.on_connect
        self.paho.on_disconnect = self.on_disconnect
        self.paho.on_subscribe = lambda c, u, mid, granted, *p: self.answers.put([int(g.value if VERSION == 5 else g) for g in granted])
        self.paho.on_unsubscribe = lambda c, u, mid, *p: self.answers.put(codes(p))
        if URL.scheme in ("mqtts", "wss"):
            self.paho.tls_set(ca_certs=os.environ["CA_FILE"], certfile=os.environ.get("CERT_FILE"), keyfile=os.environ.get("KEY_FILE"))
        if will:
            self.paho.will_set(**will)
        more = {}
        if VERSION == 5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = expiry
            more = {"clean_start": clean, "properties": properties}
        self.paho.connect(URL.hostname, URL.port, keepalive=60, **more)
        self.paho.loop_start()
        if not self.connected.wait(LIMIT):
            raise TimeoutError("no CONNACK")
        OPENED.append(self)

    def on_connect(self, client, userdata, flags, reason, properties=None):
        self.present = bool(flags["session present"])
        self.connected.set()

    def on_disconnect(self, client, userdata, reason, properties=None):
        self.reason = getattr(reason, "value", None)
        self.closed.set()

    def subscribe(self, topic, qos=0, properties=None, **options):
        wanted = {"options": SubscribeOptions(qos, **options), "properties": properties} if VERSION == 5 else {"qos": qos}
        self.paho.subscribe(topic, **wanted)
        return self.answers.get(timeout=LIMIT)

    def publish(self, topic, text, qos=0, retain=False, **values):
        more = {}
        if values:
            more["properties"] = Properties(PacketTypes.PUBLISH)
            for name, value in values.items():
                setattr(more["properties"], name, value)
        self.paho.publish(topic, text, qos, retain, **more).wait_for_publish(LIMIT)

    def take(self, count):
        return [self.inbox.get(timeout=LIMIT) for _ in range(count)]

    def close(self):
        self.paho.disconnect()
        self.closed.wait(LIMIT)
        self.paho.loop_stop()


def codes(rest):
    """Reason codes of an UNSUBACK; version 3.1.1 has none."""
    if VERSION == 4:
        return None
    reasons = rest[1]
    return [r.value for r in (reasons if isinstance(reasons, list) else [reasons])]


def text(message):
    return message.payload.decode()


def levels():
    c = Client()
    granted = [c.subscribe(f"l/{qos}", qos)[0] for qos in range(3)]
    received = []
    for qos in range(3):
        c.publish(f"l/{qos}", f"text {qos}", qos)
        received += [f"{m.topic} {m.qos} {text(m)}" for m in c.take(1)]
    return {"granted": granted, "received": received}


def retained():
    p = Client()
    p.publish("r/a", "old", 1, True)
    p.publish("r/a", "new", 1, True)
    s = Client()
    s.subscribe("r/+", 1)
    show = lambda m: f"{text(m)} {'true' if m.retain else 'false'}"
    first = [show(m) for m in s.take(1)]
    p.publish("r/a", "", 1, True)
    cleared = [show(m) for m in s.take(1)]
    late = Client()
    late.subscribe("r/+", 1)
    p.publish("r/a", "live", 1)
    return {"first": first, "cleared": cleared, "late": [show(m) for m in late.take(1)]}


def will():
    watcher = Client()
    watcher.subscribe("status", 2)
    wanted = {"topic": "status", "payload": "gone", "qos": 1}
    if VERSION == 5:
        wanted["properties"] = Properties(PacketTypes.WILLMESSAGE)
        wanted["properties"].ContentType = "text/plain"
    device = Client(will=wanted)
    OPENED.remove(device)
    device.paho.loop_stop()
    device.paho.socket().close()
    m = watcher.take(1)[0]
    return {"will": f"{m.qos} {text(m)}", "contentType": getattr(m.properties, "ContentType", None) if VERSION == 5 else None}


def resume():
    wanted = {"client_id": f"resume-py-{VERSION}", "clean": False, "expiry": 600}
    first = Client(**wanted)
    first.subscribe("s/#", 2)
    OPENED.remove(first)
    first.close()
    p = Client()
    for i in range(10):
        p.publish(f"s/{i}", f"{i}", 1 + i % 2)
    again = Client(**wanted)
    # The order holds within a level: a QoS 2 message counts as delivered two packets later.
    received = sorted(again.take(10), key=lambda m: m.qos)
    return {"before": first.present, "after": again.present, "received": [f"{m.qos} {text(m)}" for m in received]}


def shared():
    members = [Client() for _ in range(3)]
    for m in members:
        m.subscribe("$share/team/w/+", 1)
    p = Client()
    for i in range(30):
        p.publish(f"w/{i}", f"{i}", 1)
    taken = [m.take(10) for m in members]
    return {"counts": [len(t) for t in taken], "distinct": len({text(m) for t in taken for m in t})}


def identifiers():
    c = Client()
    for topic, qos, number in (("i/#", 1, 300), ("i/+", 0, 7), ("other", 0, 9)):
        properties = Properties(PacketTypes.SUBSCRIBE)
        properties.SubscriptionIdentifier = number
        c.subscribe(topic, qos, properties)
    c.publish("i/x", "one copy", 1)
    m = c.take(1)[0]
    return {"text": text(m), "qos": m.qos, "ids": sorted(m.properties.SubscriptionIdentifier)}


def aliases():
    s, p = Client(), Client()
    s.subscribe("a/long/topic/name", 1)
    p.publish("a/long/topic/name", "1", 1, TopicAlias=3)
    p.publish("a/long/topic/name", "2", 1, TopicAlias=3)
    return {"received": [f"{m.topic} {text(m)}" for m in s.take(2)]}


def properties():
    c = Client()
    c.subscribe("p", 1)
    c.publish("p", "{}", 1, ContentType="application/json", ResponseTopic="answers/here", CorrelationData=b"\x01\x02\xff",
              PayloadFormatIndicator=1, MessageExpiryInterval=300, UserProperty=[("k", "1"), ("l", "x"), ("k", "2")])
    got = c.take(1)[0].properties
    return {"contentType": got.ContentType, "responseTopic": got.ResponseTopic, "correlation": got.CorrelationData.hex(),
            "isText": got.PayloadFormatIndicator == 1, "expires": 200 < got.MessageExpiryInterval <= 300,
            "user": [f"{k}={v}" for k, v in got.UserProperty]}


def request():
    server, client = Client(), Client()
    server.subscribe("ask", 1)
    client.subscribe("answers/1", 1)
    client.publish("ask", "ping", 1, ResponseTopic="answers/1", CorrelationData=b"17")
    asked = server.take(1)[0]
    server.publish(asked.properties.ResponseTopic, f"pong to {text(asked)}", 1, CorrelationData=asked.properties.CorrelationData)
    answer = client.take(1)[0]
    return {"answer": text(answer), "correlation": answer.properties.CorrelationData.decode()}


def large():
    c = Client()
    c.subscribe("big", 2)
    payload = bytes((i * 31) & 255 for i in range(1 << 20))
    c.publish("big", payload, 2)
    m = c.take(1)[0]
    return {"bytes": len(m.payload), "same": m.payload == payload}


def takeover():
    first = Client(client_id=f"twin-py-{VERSION}")
    first.paho.reconnect_delay_set(600, 600)
    second = Client(client_id=f"twin-py-{VERSION}")
    first.closed.wait(LIMIT)
    OPENED.remove(first)
    return {"reason": first.reason, "second": second.paho.is_connected()}


def options():
    c, other = Client(), Client()
    other.publish("o/kept", "before", 1, True)
    c.subscribe("o/own", 1, noLocal=True)
    c.subscribe("o/kept", 1, retainAsPublished=True, retainHandling=2)
    c.publish("o/own", "mine", 1)
    other.publish("o/own", "theirs", 1)
    other.publish("o/kept", "now", 1, True)
    return {"received": [f"{text(m)} {'true' if m.retain else 'false'}" for m in c.take(2)]}


def unsubscribe():
    c = Client()
    c.subscribe("u/1", 1)
    c.subscribe("u/2", 1)
    c.paho.unsubscribe(["u/1", "u/never"])
    answer = c.answers.get(timeout=LIMIT)
    c.publish("u/1", "no", 1)
    c.publish("u/2", "yes", 1)
    return {"codes": answer, "received": [text(m) for m in c.take(1)]}


try:
    verdict = globals()[SCENARIO]()
    for one in OPENED:
        one.close()
except Exception as e:  # the test shows whatever it was
    verdict = {"error": repr(e)}
print(json.dumps(verdict), flush=True)
os._exit(0)
