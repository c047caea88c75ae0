// The module for pages, with time and network in the hands of the test. ModuleTests.cs runs this.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, mock, test } from 'node:test';

const source = await readFile(new URL('../../../src/Finpay.Linkage.Api/Browser/linkage.js', import.meta.url), 'utf8');
const { watchUpgrade } = await import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`);

const url = 'https://linkage.example/browser/v1/account-upgrade/events';
const open = { status: 'widgetIssued', final: false, version: 2 };
const approved = { status: 'approved', final: true, version: 3 };
const status = (value) => `event: status\nid: ${value.version}\ndata: ${JSON.stringify(value)}\n\n`;
const ending = (reason) => `event: end\ndata: {"reason":"${reason}"}\n\n`;

let now, calls, plan, told, ended, errors, watch;

/** Lets everything happen that waits for nothing but its turn. */
const settle = async () => {
  for (let turn = 0; turn < 25; turn++)
    await new Promise((resolve) => setImmediate(resolve));
};

const pass = async (time) => {
  now += time;
  mock.timers.tick(time);
  await settle();
};

/** An answer whose body the test writes as it likes. */
function streaming() {
  const answer = { status: 200, headers: new Headers({ 'Content-Type': 'text/event-stream' }) };
  answer.body = new ReadableStream({ start: (controller) => (answer.controller = controller) });
  answer.write = (text) => (answer.controller.enqueue(typeof text === 'string' ? new TextEncoder().encode(text) : text), settle());
  answer.cut = () => (answer.controller.close(), settle());
  return answer;
}

const json = (value, tag) => ({
  status: value ? 200 : 304, headers: new Headers(tag ? { ETag: tag } : {}), text: async () => JSON.stringify(value),
});
const refused = (code, retryAfter) => ({ status: code, headers: new Headers(retryAfter ? { 'Retry-After': retryAfter } : {}) });
const never = () => new Promise(() => {});

async function start(...answers) {
  plan.push(...answers);
  watch = watchUpgrade({
    url, token: 'the-token', onStatus: (value) => told.push(value.status), onEnd: (reason) => ended.push(reason),
    onError: (error) => errors.push(error.message),
  });
  await settle();
}

beforeEach(() => {
  [now, calls, plan, told, ended, errors] = [1000, [], [], [], [], []];
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => now);
  mock.method(Math, 'random', () => 1);
  mock.method(globalThis, 'fetch', (address, { headers, signal }) => {
    calls.push({ path: new URL(address).pathname.split('/').pop(), headers, signal });
    assert.equal(headers.Authorization, 'Bearer the-token');
    assert.equal(new URL(address).search, '');
    const answer = plan.shift() ?? never();
    const aborted = new Promise((_, reject) => signal.addEventListener('abort', () => {
      try {
        answer.controller?.error(signal.reason);
      } catch {
        // It has ended already.
      }
      reject(signal.reason);
    }));
    aborted.catch(() => {});
    return Promise.race([Promise.resolve(answer).then((one) => {
      if (one instanceof Error)
        throw one;
      return { ...one, ok: one.status < 300, body: one.body };
    }), aborted]);
  });
  const target = new EventTarget();
  globalThis.addEventListener = target.addEventListener.bind(target);
  Object.defineProperty(globalThis, 'navigator', { value: { onLine: true }, configurable: true });
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  globalThis.happens = (name) => (target.dispatchEvent(new Event(name)), settle());
  globalThis.becomes = (state) => {
    globalThis.document.visibilityState = state;
    globalThis.document.dispatchEvent(new Event('visibilitychange'));
    return settle();
  };
});

afterEach(() => {
  watch?.stop();
  mock.timers.reset();
  mock.restoreAll();
});

test('it tells the status, the changes and the end, however the bytes are cut', async () => {
  const stream = streaming();
  await start(stream);
  await stream.write(': \n\n');
  const bytes = new TextEncoder().encode(status({ ...open, kycMessage: 'é' }) + status(approved));
  for (const byte of bytes)
    stream.controller.enqueue(new Uint8Array([byte]));
  await settle();
  await stream.write(ending('final'));
  assert.deepEqual([told, ended, errors], [['widgetIssued', 'approved'], ['final'], []]);
  await pass(100_000);
  assert.equal(calls.length, 1);
});

test('it goes on where it was when the server stops, and does not tell the same twice or an older one', async () => {
  const [first, second] = [streaming(), streaming()];
  await start(first, second);
  await first.write(status(open));
  await first.write(ending('shutdown'));
  await pass(1000);
  assert.equal(calls[1].headers['Last-Event-ID'], '2');
  await second.write(status(open) + status({ ...open, version: 1, status: 'requested' }));
  assert.deepEqual([told, ended, errors], [['widgetIssued'], [], []]);
});

test('it tries again, later and later, and never before Retry-After', async () => {
  await start(new Error('no network'), refused(500), refused(503, '20'), refused(429, '1'));
  const times = [];
  for (let second = 0; second < 60; second++) {
    const before = calls.length;
    await pass(1000);
    if (calls.length > before)
      times.push(second + 1);
  }
  assert.deepEqual(times.slice(0, 4), [1, 3, 33, 41]);
  assert.equal(errors[0], 'no network');
  assert.match(errors[2], /503/);
});

test('it asks where a proxy cuts every stream, and tries a stream again after a minute', async () => {
  const streams = [streaming(), streaming(), streaming()];
  await start(...streams);
  for (const [number, stream] of streams.entries()) {
    await stream.write(number === 0 ? status(open) : ': \n\n');
    await stream.cut();
    plan.push(...(number === 2 ? [json(open, 'W/"2"'), json(null), json({ ...open, expired: true }, 'W/"2-expired"')] : []));
    await pass(1000);
  }
  assert.deepEqual(calls.map((call) => call.path), ['events', 'events', 'events', 'account-upgrade']);
  await pass(5000);
  await pass(5000);
  assert.deepEqual(calls.slice(4).map((call) => call.headers['If-None-Match']), ['W/"2"', 'W/"2"']);
  assert.deepEqual(told, ['widgetIssued', 'widgetIssued']);
  for (let poll = 4; poll <= 12; poll++) {
    plan.push(json(null));
    await pass(5000);
  }
  await pass(5000);
  assert.equal(calls.at(-1).path, 'events');
});

test('it asks where a proxy holds the stream back, and ends with the result', async () => {
  await start({ ...streaming() });
  plan.push(json(open), json(approved));
  await pass(10_000);
  await pass(1000);
  await pass(5000);
  assert.deepEqual(calls.map((call) => call.path), ['events', 'account-upgrade', 'account-upgrade']);
  assert.deepEqual([told, ended], [['widgetIssued', 'approved'], ['final']]);
});

test('it asks where streams are refused, or cut before their first byte', async () => {
  for (const answer of [refused(503, '5'), refused(504)]) {
    calls = [];
    await start(answer, json(open));
    await pass(7500);
    assert.deepEqual(calls.map((call) => call.path).slice(0, 2), ['events', 'account-upgrade']);
    watch.stop();
  }
  [calls, told] = [[], []];
  const [first, second, third] = [streaming(), streaming(), streaming()];
  await start(first, second, third, json(open));
  for (const stream of [first, second, third]) {
    await stream.cut();
    await pass(10_000);
  }
  assert.deepEqual(calls.map((call) => call.path).slice(0, 4), ['events', 'events', 'events', 'account-upgrade']);
  assert.deepEqual(told, ['widgetIssued']);
});

test('a network that comes and goes is no proxy that cuts', async () => {
  const streams = [streaming(), streaming(), streaming(), streaming(), streaming()];
  await start(...streams);
  for (const stream of streams.slice(0, 4)) {
    await stream.write(': \n\n');
    await happens('offline');
    await happens('online');
  }
  assert.deepEqual(calls.map((call) => call.path), Array(5).fill('events'));
});

test('a tab that is shown again waits for Retry-After too', async () => {
  await start(refused(503, '20'));
  await pass(1000);
  await becomes('visible');
  await happens('online');
  assert.equal(calls.length, 1);
  await pass(19_000);
  await becomes('visible');
  assert.equal(calls.length, 2);
});

test('nothing is called after stop, not even the end that came in the same breath', async () => {
  const stream = streaming();
  await start(stream);
  const push = told.push.bind(told);
  told.push = (value) => (watch.stop(), push(value));
  await stream.write(status(approved) + ending('final'));
  assert.deepEqual([told.slice(), ended], [['approved'], []]);
});

test('silence is a dead connection, a comment is none', async () => {
  const stream = streaming();
  await start(stream);
  await stream.write(status(open));
  for (let time = 0; time < 10; time++) {
    await pass(15_000);
    await stream.write(': \n\n');
  }
  assert.equal(calls.length, 1);
  await pass(40_000);
  assert.equal(calls[0].signal.aborted, true);
  await pass(1000);
  assert.equal(calls.length, 2);
  assert.deepEqual(errors, ['Nothing was heard from the service.']);
});

test('when the network is back, or the tab is shown again, it tries at once', async () => {
  const stream = streaming();
  await start(stream);
  await stream.write(status(open));
  globalThis.navigator.onLine = false;
  await happens('offline');
  assert.equal(calls[0].signal.aborted, true);
  plan.push(new Error('no network'), new Error('no network'), new Error('no network'), streaming());
  await pass(1000);
  await pass(2000);
  await pass(4000);
  assert.equal(calls.length, 4);
  globalThis.navigator.onLine = true;
  await happens('online');
  assert.equal(calls.length, 5);
  assert.equal(calls[4].path, 'events');
  await becomes('hidden');
  await becomes('visible');
  assert.equal(calls[4].signal.aborted, false);
  now += 25_000; // The machine slept: no timer has run.
  await becomes('visible');
  assert.equal(calls[4].signal.aborted, true);
});

test('a token that has ended is told once, by the stream or by a 401', async () => {
  const stream = streaming();
  await start(stream);
  await stream.write(ending('expired'));
  assert.deepEqual([ended, errors], [['expired'], []]);
  await start(refused(401));
  await pass(100_000);
  assert.deepEqual([ended, errors, calls.length], [['expired', 'expired'], [], 2]);
});

test('after stop nothing is called, asked or waited for', async () => {
  for (const answer of [streaming(), new Error('no network'), never()]) {
    await start(answer);
    [told, ended, errors] = [[], [], []];
    const asked = calls.length;
    if (answer.write)
      answer.write(status(open));
    watch.stop();
    watch.stop();
    await settle();
    await happens('online');
    await pass(100_000);
    assert.deepEqual([told, ended, errors, calls.length], [[], [], [], asked]);
    assert.equal(calls.at(-1).signal.aborted, true);
  }
});

test('it goes by no clock that may be set, and logs nothing', () => {
  assert.doesNotMatch(source, /\bDate\b|console\.|localStorage|sessionStorage|eval/);
});
