// Follows one account upgrade for its customer's page: by server-sent events, or by asking where a proxy cuts them.

const attemptLimit = 10_000; // until the first byte of an answer
const silenceLimit = 40_000; // the service writes at least a comment every 15 s
const shortStream = 25_000; // a stream that is cut sooner was not cut by accident
const mostCuts = 3; // in a row; then it asks instead
const pollEvery = 5_000;
const pollsBetweenStreams = 12; // then a stream is tried again

/**
 * @typedef {'requested'|'widgetIssued'|'inProcess'|'approved'|'rejected'|'inDoubt'|'failed'} Status
 * @typedef {{ partnerReferenceNo: string, status: Status, final: boolean, version: number, widgetUrl?: string, expiryTime?: string,
 *   expired?: boolean, kycMessage?: string, updatedAt: string }} UpgradeStatus an upgrade as the service shows it to its customer
 */

/**
 * Calls onStatus with the present status, and with every later one, until there is a result, the token ends, or stop is called.
 * @param {object} options
 * @param {string|URL} options.url eventsUrl, behind the origin of the service
 * @param {string} options.token
 * @param {(status: UpgradeStatus) => void} options.onStatus
 * @param {(reason: 'final'|'expired') => void} [options.onEnd] expired: get a new token to go on
 * @param {(error: Error) => void} [options.onError] something failed, and is tried again
 * @returns {{ stop: () => void }}
 */
export function watchUpgrade({ url, token, onStatus, onEnd, onError }) {
  const eventsUrl = new URL(url, globalThis.location?.href);
  const statusUrl = new URL(eventsUrl.href.replace(/\/events$/, ''));
  let [done, silent, version, told, etag, failures, cuts, polls] = [false, false, 0, '', '', 0, 0, 0];
  let [request, watchdog, lastSign, notBefore, wakeUp] = [new AbortController(), 0, 0, 0, () => {}];
  const listening = new AbortController();

  // A mistake in the page's own code must not end the loop here.
  const tell = (callback, value) => queueMicrotask(() => silent || callback?.(value));

  const expectSignWithin = (time) => {
    lastSign = performance.now();
    clearTimeout(watchdog);
    watchdog = setTimeout(() => request.abort(new Error('Nothing was heard from the service.')), time);
  };

  const sleep = (time) => new Promise((resolve) => {
    const timer = setTimeout(resolve, time);
    wakeUp = () => (clearTimeout(timer), resolve());
  });

  const interrupt = (text) => request.abort(Object.assign(new Error(text), { isOurs: true }));
  // The tab is shown again, or there is a network again: a connection may have died meanwhile.
  const hurry = () => {
    failures = 0;
    performance.now() >= notBefore && wakeUp();
    if (performance.now() - lastSign > silenceLimit / 2)
      interrupt('The connection may be dead.');
  };

  function end(reason) {
    if (done)
      return;
    done = true;
    listening.abort();
    wakeUp();
    interrupt('It has ended.');
    tell(onEnd, reason);
  }

  async function ask(address, headers) {
    request = new AbortController();
    expectSignWithin(attemptLimit);
    const response = await fetch(address, {
      headers: { Authorization: `Bearer ${token}`, ...headers }, cache: 'no-store', credentials: 'omit', signal: request.signal,
    });
    if (response.status === 401)
      end('expired');
    const [status, wait] = [response.status, 1000 * response.headers.get('Retry-After')];
    if (!response.ok && status !== 304)
      throw Object.assign(new Error(`The service answered ${status}.`), { status, wait });
    return response;
  }

  // The same status may come again after a reconnect, and an older one from an instance that is behind.
  function show(json) {
    const status = JSON.parse(json);
    if (status.version >= version && json !== told) {
      [version, told] = [status.version, json];
      tell(onStatus, status);
    }
    return status;
  }

  function take(block) {
    const field = (name) => block.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    field('event') === 'status' && show(field('data'));
    return field('event') === 'end' ? JSON.parse(field('data')).reason : null;
  }

  async function stream() {
    let [began, heard] = [performance.now(), false];
    try {
      const response = await ask(eventsUrl, { Accept: 'text/event-stream', ...(version && { 'Last-Event-ID': `${version}` }) });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ''; ;) {
        const { done: over, value } = await reader.read();
        if (over)
          throw new Error('The stream was cut.');
        [heard, failures] = [true, 0];
        expectSignWithin(silenceLimit);
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop();
        const reason = blocks.map(take).find(Boolean);
        if (reason)
          return reason === 'shutdown' ? 1000 * Math.random() : end(reason);
      }
    } catch (error) {
      const lived = performance.now() - began;
      // There is no room for a stream, or a proxy waits for the end of the answer.
      const isRefused = error.status || (!heard && lived >= attemptLimit);
      if (!request.signal.reason?.isOurs && globalThis.navigator?.onLine !== false)
        cuts = isRefused ? mostCuts : heard && lived >= shortStream ? 0 : cuts + 1;
      throw error;
    }
  }

  async function poll() {
    const response = await ask(statusUrl, etag && { 'If-None-Match': etag });
    if (response.status !== 304 && show(await response.text()).final)
      return end('final');
    [etag, failures, polls] = [response.headers.get('ETag') ?? etag, 0, polls + 1];
    cuts = polls % pollsBetweenStreams ? cuts : mostCuts - 1;
    return pollEvery;
  }

  async function run() {
    while (!done) {
      const pause = await (cuts < mostCuts ? stream() : poll()).catch((error) => {
        done || tell(onError, error);
        notBefore = performance.now() + (error.wait || 0);
        return Math.max((error.wait || 0) * (1 + Math.random() / 2), Math.min(30_000, 1000 * 2 ** failures++) * (0.5 + Math.random() / 2));
      });
      clearTimeout(watchdog);
      await (done || sleep(pause));
    }
  }

  const on = (target, name, action) => target?.addEventListener?.(name, action, { signal: listening.signal });
  on(globalThis, 'online', hurry);
  on(globalThis, 'offline', () => interrupt('There is no network.'));
  on(globalThis.document, 'visibilitychange', () => globalThis.document.visibilityState === 'visible' && hurry());
  run();
  return { stop: () => ((silent = true), end()) };
}
