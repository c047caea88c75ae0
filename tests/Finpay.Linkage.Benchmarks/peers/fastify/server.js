// The same create as it is usually written with Fastify: the body parsed as JSON, three fields encrypted, the request to Finnet over kept connections.
// Its logger is off, where ours writes two lines for each request; nothing else is checked, and nothing stored, unless --store names a file.
import cluster from 'node:cluster';
import { createCipheriv, randomUUID } from 'node:crypto';
import http from 'node:http';
import { parseArgs } from 'node:util';
import fastify from 'fastify';

const { values: settings } = parseArgs({
  options: {
    finnet: { type: 'string' },
    workers: { type: 'string', default: '1' },
    store: { type: 'string' },
    merchantId: { type: 'string' },
    merchantPassword: { type: 'string' },
    key: { type: 'string' },
    iv: { type: 'string' },
  },
});
const workers = Number(settings.workers);

if (cluster.isPrimary) {
  // Ends with the program that started it.
  process.stdin.resume().on('end', () => process.exit());
}
if (cluster.isPrimary && workers > 1) {
  // One after the other: a database is made by the first.
  let ready = 0;
  cluster.on('listening', (_, address) => {
    if (++ready < workers) cluster.fork();
    else console.error(`http://127.0.0.1:${address.port}`);
  });
  cluster.fork();
} else {
  const app = await start();
  if (cluster.isPrimary) console.error(app.listeningOrigin);
}

async function start() {
  const store = settings.store ? await openStore(settings.store) : { begin() {}, end() {} };
  const finnet = new URL('/api/v1.0/upgrade-account-widget', settings.finnet);
  const agent = new http.Agent({ keepAlive: true });
  const key = Buffer.from(settings.key, 'ascii');
  const iv = Buffer.from(settings.iv, 'ascii');

  const encrypt = (text) => {
    const cipher = createCipheriv('aes-128-cbc', key, iv);
    return cipher.update(text, 'utf8', 'base64') + cipher.final('base64');
  };

  const ask = (json) => new Promise((resolve, reject) => {
    const body = Buffer.from(json);
    const request = http.request(
      finnet,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': body.length } },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString())));
      });
    request.on('error', reject);
    request.end(body);
  });

  const app = fastify({ logger: false, bodyLimit: 8 * 1024 * 1024 });
  const text = { type: 'string' };
  app.post(
    '/v1/account-upgrades',
    {
      schema: {
        body: { type: 'object', required: ['phoneNo'] },
        response: { 201: { type: 'object', properties: { partnerReferenceNo: text, status: text, widgetUrl: text, expiryTime: text, createdAt: text, updatedAt: text } } },
      },
    },
    async (request, reply) => {
      const { partnerReferenceNo = randomUUID(), phoneNo, redirectFinalUrl, images, personalData } = request.body;
      const createdAt = new Date().toISOString();
      store.begin(partnerReferenceNo, phoneNo, createdAt);
      const answer = await ask(JSON.stringify({
        partnerReferenceNo,
        phoneNo,
        merchantId: settings.merchantId,
        merchantPass: encrypt(settings.merchantPassword),
        redirectFinalUrl,
        images,
        personalData: personalData && {
          kkNumber: personalData.kkNumber && encrypt(personalData.kkNumber),
          biologicalMotherName: personalData.biologicalMotherName && encrypt(personalData.biologicalMotherName),
          nationality: personalData.nationality,
          email: personalData.email,
        },
      }));
      if (answer.responseCode !== '2000000') throw new Error(`Finnet answered ${answer.responseCode}.`);
      const updatedAt = new Date().toISOString();
      store.end(partnerReferenceNo, answer, updatedAt);
      reply.code(201);
      return { partnerReferenceNo, status: 'widgetIssued', widgetUrl: answer.widgetUrl, expiryTime: answer.expiryTime, createdAt, updatedAt };
    });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

// The intent before Finnet is asked, the outcome after it: two rows, each on disk before it goes on.
async function openStore(file) {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA busy_timeout = 10000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS upgrades (reference TEXT PRIMARY KEY, phone_no TEXT NOT NULL, created_at TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS outcomes (reference TEXT PRIMARY KEY, code TEXT NOT NULL, widget_url TEXT, updated_at TEXT NOT NULL);
  `);
  const intent = database.prepare('INSERT INTO upgrades (reference, phone_no, created_at) VALUES (?, ?, ?)');
  const outcome = database.prepare('INSERT INTO outcomes (reference, code, widget_url, updated_at) VALUES (?, ?, ?, ?)');
  return {
    begin: (reference, phoneNo, at) => intent.run(reference, phoneNo, at),
    end: (reference, answer, at) => outcome.run(reference, answer.responseCode, answer.widgetUrl, at),
  };
}
