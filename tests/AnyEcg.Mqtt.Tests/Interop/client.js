// Runs one scenario with the npm client `mqtt` against a broker and prints what it saw as one line of JSON.
// Usage: node client.js SCENARIO URL VERSION, VERSION being 4 (3.1.1) or 5; CA_FILE, CERT_FILE and KEY_FILE in the environment for TLS.
'use strict';
const fs = require('fs');
const mqtt = require('mqtt');

const [scenario, url, versionText] = process.argv.slice(2);
const version = Number(versionText);
const file = (name) => (process.env[name] ? fs.readFileSync(process.env[name]) : undefined);
const opened = [];

// A connected client whose messages wait in `inbox`.
async function open(options = {}) {
  const client = mqtt.connect(url, {
    protocolVersion: version, reconnectPeriod: 0, connectTimeout: 30000,
    ca: file('CA_FILE'), cert: file('CERT_FILE'), key: file('KEY_FILE'), ...options,
  });
  opened.push(client);
  client.inbox = [];
  client.waiting = [];
  client.on('message', (topic, payload, packet) => {
    client.inbox.push({ topic, text: payload.toString(), payload, qos: packet.qos, retain: packet.retain, properties: packet.properties || {} });
    client.waiting.splice(0).forEach((wake) => wake());
  });
  client.connack = await new Promise((resolve, reject) => {
    client.once('connect', resolve);
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  return client;
}

// The next `count` messages of a client, in order.
async function take(client, count) {
  while (client.inbox.length < count) await new Promise((resolve) => client.waiting.push(resolve));
  return client.inbox.splice(0, count);
}

const scenarios = {
  async levels() {
    const c = await open();
    const grants = await c.subscribeAsync({ 'l/0': { qos: 0 }, 'l/1': { qos: 1 }, 'l/2': { qos: 2 } });
    const received = [];
    for (const qos of [0, 1, 2]) {
      await c.publishAsync(`l/${qos}`, `text ${qos}`, { qos });
      received.push(...(await take(c, 1)).map((m) => `${m.topic} ${m.qos} ${m.text}`));
    }
    return { granted: grants.map((g) => g.qos), received };
  },

  async retained() {
    const p = await open();
    await p.publishAsync('r/a', 'old', { qos: 1, retain: true });
    await p.publishAsync('r/a', 'new', { qos: 1, retain: true });
    const s = await open();
    await s.subscribeAsync('r/+', { qos: 1 });
    const first = (await take(s, 1)).map((m) => `${m.text} ${m.retain}`);
    await p.publishAsync('r/a', '', { qos: 1, retain: true });
    const cleared = (await take(s, 1)).map((m) => `${m.text} ${m.retain}`);
    const late = await open();
    await late.subscribeAsync('r/+', { qos: 1 });
    await p.publishAsync('r/a', 'live', { qos: 1 });
    return { first, cleared, late: (await take(late, 1)).map((m) => `${m.text} ${m.retain}`) };
  },

  async will() {
    const watcher = await open();
    await watcher.subscribeAsync('status', { qos: 2 });
    const properties = version === 5 ? { contentType: 'text/plain', userProperties: { k: 'v' } } : undefined;
    const device = await open({ will: { topic: 'status', payload: Buffer.from('gone'), qos: 1, retain: false, properties } });
    device.on('error', () => {});
    device.stream.destroy();
    const [m] = await take(watcher, 1);
    return { will: `${m.qos} ${m.text}`, contentType: m.properties.contentType || null };
  },

  async resume() {
    const options = { clientId: `resume-js-${version}`, clean: false, properties: version === 5 ? { sessionExpiryInterval: 600 } : undefined };
    const first = await open(options);
    await first.subscribeAsync('s/#', { qos: 2 });
    await first.endAsync();
    const p = await open();
    for (let i = 0; i < 10; i++) await p.publishAsync(`s/${i}`, `${i}`, { qos: 1 + (i % 2) });
    const again = await open(options);
    // The order holds within a level: a QoS 2 message counts as delivered two packets later.
    const received = (await take(again, 10)).sort((a, b) => a.qos - b.qos).map((m) => `${m.qos} ${m.text}`);
    return { before: first.connack.sessionPresent, after: again.connack.sessionPresent, received };
  },

  async shared() {
    const members = [await open(), await open(), await open()];
    for (const m of members) await m.subscribeAsync('$share/team/w/+', { qos: 1 });
    const outsider = await open();
    await outsider.subscribeAsync('w/#', { qos: 1 });
    const p = await open();
    for (let i = 0; i < 30; i++) await p.publishAsync(`w/${i}`, `${i}`, { qos: 1 });
    await take(outsider, 30);
    const taken = await Promise.all(members.map((m) => take(m, 10)));
    return { counts: taken.map((t) => t.length), distinct: new Set(taken.flat().map((m) => m.text)).size };
  },

  async identifiers() {
    const c = await open();
    await c.subscribeAsync('i/#', { qos: 1, properties: { subscriptionIdentifier: 300 } });
    await c.subscribeAsync('i/+', { qos: 0, properties: { subscriptionIdentifier: 7 } });
    await c.subscribeAsync('other', { qos: 0, properties: { subscriptionIdentifier: 9 } });
    await c.publishAsync('i/x', 'one copy', { qos: 1 });
    const [m] = await take(c, 1);
    return { text: m.text, qos: m.qos, ids: [].concat(m.properties.subscriptionIdentifier).sort((a, b) => a - b) };
  },

  async aliases() {
    const s = await open({ properties: { topicAliasMaximum: 5 } });
    let aliased = 0;
    s.on('packetreceive', (packet) => { if (packet.cmd === 'publish' && packet.topic === '') aliased++; });
    await s.subscribeAsync('a/long/topic/name', { qos: 1 });
    const p = await open();
    await p.publishAsync('a/long/topic/name', '1', { qos: 1, properties: { topicAlias: 3 } });
    for (const text of ['2', '3']) await p.publishAsync('', text, { qos: 1, properties: { topicAlias: 3 } });
    return { received: (await take(s, 3)).map((m) => `${m.topic} ${m.text}`), aliased, maximum: p.connack.properties.topicAliasMaximum };
  },

  async properties() {
    const c = await open();
    await c.subscribeAsync('p', { qos: 1 });
    await c.publishAsync('p', '{}', {
      qos: 1,
      properties: {
        contentType: 'application/json', responseTopic: 'answers/here', correlationData: Buffer.from([1, 2, 255]),
        payloadFormatIndicator: true, messageExpiryInterval: 300, userProperties: { k: ['1', '2'], l: 'x' },
      },
    });
    const { properties: got } = (await take(c, 1))[0];
    const user = Object.entries(got.userProperties).flatMap(([k, v]) => [].concat(v).map((x) => `${k}=${x}`));
    return {
      contentType: got.contentType, responseTopic: got.responseTopic, correlation: got.correlationData.toString('hex'),
      isText: got.payloadFormatIndicator === true, expires: got.messageExpiryInterval > 200 && got.messageExpiryInterval <= 300, user,
    };
  },

  async request() {
    const server = await open();
    await server.subscribeAsync('ask', { qos: 1 });
    const client = await open();
    await client.subscribeAsync('answers/1', { qos: 1 });
    await client.publishAsync('ask', 'ping', { qos: 1, properties: { responseTopic: 'answers/1', correlationData: Buffer.from('17') } });
    const [asked] = await take(server, 1);
    await server.publishAsync(asked.properties.responseTopic, `pong to ${asked.text}`, { qos: 1, properties: { correlationData: asked.properties.correlationData } });
    const [answer] = await take(client, 1);
    return { answer: answer.text, correlation: answer.properties.correlationData.toString() };
  },

  async large() {
    const c = await open();
    await c.subscribeAsync('big', { qos: 2 });
    const payload = Buffer.alloc(1 << 20);
    for (let i = 0; i < payload.length; i++) payload[i] = (i * 31) & 255;
    await c.publishAsync('big', payload, { qos: 2 });
    const [m] = await take(c, 1);
    return { bytes: m.payload.length, same: m.payload.equals(payload) };
  },

  async takeover() {
    const first = await open({ clientId: `twin-js-${version}` });
    first.on('error', () => {});
    let reason = null;
    first.on('disconnect', (packet) => { reason = packet.reasonCode; });
    const closed = new Promise((resolve) => first.once('close', resolve));
    const second = await open({ clientId: `twin-js-${version}` });
    await closed;
    return { reason, second: second.connected };
  },

  async options() {
    const c = await open();
    const other = await open();
    await other.publishAsync('o/kept', 'before', { qos: 1, retain: true });
    await c.subscribeAsync('o/own', { qos: 1, nl: true });
    await c.subscribeAsync('o/kept', { qos: 1, rap: true, rh: 2 });
    await c.publishAsync('o/own', 'mine', { qos: 1 });
    await other.publishAsync('o/own', 'theirs', { qos: 1 });
    await other.publishAsync('o/kept', 'now', { qos: 1, retain: true });
    return { received: (await take(c, 2)).map((m) => `${m.text} ${m.retain}`) };
  },

  async unsubscribe() {
    const c = await open();
    await c.subscribeAsync(['u/1', 'u/2'], { qos: 1 });
    const packet = await new Promise((resolve, reject) => c.unsubscribe(['u/1', 'u/never'], (e, p) => (e ? reject(e) : resolve(p))));
    await c.publishAsync('u/1', 'no', { qos: 1 });
    await c.publishAsync('u/2', 'yes', { qos: 1 });
    return { codes: packet.granted || null, received: (await take(c, 1)).map((m) => m.text) };
  },
};

scenarios[scenario]()
  .then(async (verdict) => {
    await Promise.all(opened.map((c) => c.endAsync(true)));
    console.log(JSON.stringify(verdict));
    process.exit(0);
  })
  .catch((e) => {
    console.log(JSON.stringify({ error: `${e.stack || e}` }));
    process.exit(1);
  });
