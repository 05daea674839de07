import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Refusal } from '../errors.js';
import { sameSecret } from '../people/tokens.js';
import { routeOf } from './request.js';

/** What is counted where; asked for when somebody looks. */
export interface Counted {
  /** Entries and intents that the relay has not filed or carried out yet. */
  backlog(): Promise<number>;
  /** Intents that were given up until a person looks. */
  deadLetters(): Promise<number>;
}

/** Figures for Prometheus, one registry per process. */
export const createMetrics = ({
  counted,
  token,
  open,
}: {
  counted: Counted;
  token: string | undefined;
  open: boolean;
}) => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'totrinh_http_request_seconds',
    help: 'Time until an answer was sent, by route as declared.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const steps = new Counter({
    name: 'totrinh_steps_total',
    help: 'Steps that cases took in this process.',
    registers: [registry],
  });
  const gauge = (name: string, help: string, value: () => Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await value());
      },
    });
  gauge('totrinh_relay_backlog', 'Entries and intents that wait for the relay.', () => counted.backlog());
  gauge('totrinh_dead_letters', 'Intents that were given up.', () => counted.deadLetters());

  const timed: RequestHandler = (req, res, next) => {
    const start = process.hrtime.bigint();
    res.on('close', () => {
      requests.observe(
        { method: req.method, route: routeOf(res), status: String(res.statusCode) },
        Number(process.hrtime.bigint() - start) / 1e9,
      );
    });
    next();
  };

  /** Closed in production unless a token was set; with one, whoever has it. */
  const show: RequestHandler = async (req, res) => {
    const given = /^Bearer (.+)$/.exec(req.get('Authorization') ?? '')?.[1] ?? '';
    if (token === undefined ? !open : !sameSecret(given, token)) throw new Refusal('NOT_FOUND');
    res.type(registry.contentType).send(await registry.metrics());
  };

  return { timed, show, stepTaken: () => steps.inc() };
};
export type Metrics = ReturnType<typeof createMetrics>;
