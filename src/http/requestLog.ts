import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { pinoHttp } from 'pino-http';
import type { Log } from '../log.js';
import { requestIdOf } from './request.js';

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
export const requestLog = (log: Log): RequestHandler =>
  pinoHttp({
    logger: log,
    genReqId: idFor,
    quietReqLogger: true,
    serializers: {
      req: ({ method }: { method: string }) => ({ method }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
    customProps: (req, res) => ({
      requestId: requestIdOf(req),
      route: ((res as Response).locals?.route as string | undefined) ?? null,
    }),
    customLogLevel: (_req, res, error) => {
      if (error || res.statusCode >= 500) return 'error';
      return res.statusCode === 429 ? 'warn' : 'info';
    },
    autoLogging: { ignore: (req) => /^\/(healthz|readyz|metrics)(\?|$)/.test(req.url ?? '') },
  });
