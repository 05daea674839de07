import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import type { Log } from '../log.js';
import { routeOf } from './request.js';

const idForm = /^[\w-]{8,64}$/;

const idFor = (req: IncomingMessage, res: ServerResponse): string => {
  const given = req.headers['x-request-id'];
  const id = typeof given === 'string' && idForm.test(given) ? given : randomUUID();
  res.setHeader('X-Request-Id', id);
  return id;
};

/**
 * One line per answered request: id, method, route as declared, status and time. No address, query, header or body,
 * since they tell who it was. Answers of the health probes are left out while they are good.
 */
export const requestLog = (log: Log): RequestHandler => {
  // Said when the answer has gone: what pino-http is told at the beginning would stand in the line a second time.
  const line = (
    { method }: IncomingMessage,
    res: ServerResponse,
    { responseTime }: { responseTime: number },
  ) => ({
    method,
    route: routeOf(res),
    status: res.statusCode,
    responseTime,
  });
  return pinoHttp({
    logger: log,
    genReqId: idFor,
    quietReqLogger: true,
    quietResLogger: true,
    customAttributeKeys: { reqId: 'requestId' },
    customSuccessObject: line,
    customErrorObject: (req, res, _error, said: { responseTime: number }) => line(req, res, said),
    customLogLevel: (_req, res, error) => {
      if (error || res.statusCode >= 500) return 'error';
      return res.statusCode === 429 ? 'warn' : 'info';
    },
    autoLogging: { ignore: (req) => /^\/(healthz|readyz|metrics)(\?|$)/.test(req.url ?? '') },
  });
};
