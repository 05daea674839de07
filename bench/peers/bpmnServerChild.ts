import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { rateOf } from '../contest.js';
import { reviewingContext } from '../city.js';
import type { PeerWork } from './bpmnServer.js';
import { peer } from './packages/peer.js';

type Made = new (...given: readonly unknown[]) => object;
interface BpmnServer {
  readonly Logger: new (given: object) => { clear(): void };
  readonly Configuration: Made;
  readonly ModelsDatastore: Made;
  readonly DefaultAppDelegate: Made;
  readonly DataStore: Made;
  readonly NoCacheManager: Made;
  readonly ScriptHandler: Made;
  readonly BPMNServer: new (...given: readonly unknown[]) => {
    readonly dataStore: { saveLogs: boolean; install(): Promise<unknown> };
    readonly engine: {
      start(process: string, data: object): Promise<{ instance: { id: string } }>;
      invoke(waiting: object, input: object): Promise<unknown>;
    };
  };
}
const bpmn = await peer<BpmnServer>('bpmn-server');

const [uri = '', database = ''] = process.argv.slice(2);
const logger = new bpmn.Logger({ toConsole: false });
const client = await new MongoClient(uri).connect();
await client.db(database).dropDatabase();

const configuration = new bpmn.Configuration({
  definitionsPath: fileURLToPath(new URL('.', import.meta.url)),
  templatesPath: '',
  timers: { forceTimersDelay: 1000, precision: 3000 },
  database: { MongoDB: { db_url: uri, db: database } },
  apiKey: '',
  logger: () => logger,
  definitions: (server: unknown) => new bpmn.ModelsDatastore(server),
  appDelegate: (server: unknown) => new bpmn.DefaultAppDelegate(server),
  dataStore: (server: unknown) => new bpmn.DataStore(server),
  cacheManager: (server: unknown) => new bpmn.NoCacheManager(server),
  scriptHandler: () => new bpmn.ScriptHandler(),
});
const server = new bpmn.BPMNServer(configuration, logger, { cron: false });
const store = server.dataStore;
// Its log of each instance grows with every step; without it the instance is the state alone, as our case is.
store.saveLogs = false;
await store.install();

const data = reviewingContext('DT-2025-900', 8 * 1024);
const tasks = ['ask', 'takeBack'];

const steps = async ({ clients, instances, steps: each }: PeerWork): Promise<number> => {
  const ids: string[] = [];
  for (let at = 0; at < instances; at += 1) {
    const { instance } = await server.engine.start('opinion', data);
    ids.push(instance.id);
    logger.clear();
  }
  const rate = await rateOf(clients, ids, async (id) => {
    for (let step = 0; step < each; step += 1) {
      const waiting = { id, 'items.elementId': tasks[step % 2], 'items.status': 'wait' };
      await server.engine.invoke(waiting, { note: 'ok' });
      logger.clear();
    }
  });
  return rate * each;
};

process.on('message', (message: PeerWork | 'end') => {
  void (async () => {
    if (message !== 'end') return process.send?.(await steps(message));
    await client.db(database).dropDatabase();
    process.exit(0);
  })().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.send?.('ready');
