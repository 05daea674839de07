import { Router } from 'express';
import { Refusal } from '../errors.js';

/** What must stand for requests to be answered; each is asked in turn and may take a second. */
export type Readiness = Readonly<Record<string, () => Promise<boolean>>>;

const withinASecond = async (check: () => Promise<boolean>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), 1000);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};

const checkedAll = async (checks: Readiness): Promise<Record<string, boolean>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await withinASecond(check)] as const),
    ),
  );

/**
 * `/healthz`: the process answers. `/readyz`: what it stands on answers too, else 503 with what does not.
 * @param watched told beside it and not judged: what somebody must look at, though requests are answered well
 */
export const healthRoutes = (ready: Readiness, watched: Readiness = {}): Router => {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.locals.route = '/healthz';
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    res.locals.route = '/readyz';
    const [checks, seen] = await Promise.all([checkedAll(ready), checkedAll(watched)]);
    if (Object.values(checks).includes(false)) throw new Refusal('NOT_READY', { checks });
    res.json({ status: 'ready', checks, watched: seen });
  });
  return router;
};
