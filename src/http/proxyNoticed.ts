import type { RequestHandler } from 'express';
import type { Log } from '../log.js';

/**
 * Says once, where no proxy is set, that requests come through one: all of them then count as one address, and its
 * limits are shared by everybody.
 */
export const proxyNoticed = (log: Log): RequestHandler => {
  let told = false;
  return (req, _res, next) => {
    if (!told && req.get('X-Forwarded-For') !== undefined) {
      told = true;
      log.warn('Requests come through a proxy and TRUST_PROXY is not set: all of them count as one address.');
    }
    next();
  };
};
