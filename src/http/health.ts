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

/** `/healthz`: the process answers. `/readyz`: what it stands on answers too, else 503 with what does not. */
export const healthRoutes = (ready: Readiness): Router => {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.locals.route = '/healthz';
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    res.locals.route = '/readyz';
    const checked = await Promise.all(
      Object.entries(ready).map(async ([name, check]) => [name, await withinASecond(check)] as const),
    );
    const checks = Object.fromEntries(checked);
    if (checked.some(([, ok]) => !ok)) throw new Refusal('NOT_READY', { checks });
    res.json({ status: 'ready', checks });
  });
  return router;
};
