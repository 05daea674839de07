import compression from 'compression';
import express, { type Express, type RequestHandler, type Router } from 'express';
import session, { type Store } from 'express-session';
import type { i18n } from 'i18next';
import type { Config } from './config.js';
import { Refusal } from './errors.js';
import type { Authentication } from './http/authenticate.js';
import { docsRoutes } from './http/docs.js';
import { notCached, securityHeaders } from './http/headers.js';
import { healthRoutes, type Readiness } from './http/health.js';
import type { Metrics } from './http/metrics.js';
import { mount } from './http/mount.js';
import { openApi } from './http/openapi.js';
import { answerProblem, type ProblemPage } from './http/problem.js';
import { proxyNoticed } from './http/proxyNoticed.js';
import { requestLog } from './http/requestLog.js';
import type { AnyRoute } from './http/route.js';
import type { Log } from './log.js';
import { isLanguage, languages, type Language } from './wording.js';

interface Given {
  readonly config: Pick<Config, 'environment' | 'session' | 'trustProxy'>;
  readonly log: Log;
  readonly wording: i18n;
  readonly version: string;
  readonly sessions: Store;
  readonly authentication: Pick<Authentication, 'authenticate'>;
  /** Everything under `/api/v1`. */
  readonly api: readonly AnyRoute[];
  readonly ready: Readiness;
  /** Told by `/readyz` and not judged. */
  readonly watched?: Readiness;
  readonly metrics: Metrics;
  /** The pages: their assets, which need no sign-in, their routes, and how they show a problem. */
  readonly pages?: {
    readonly assets: Router;
    readonly routes: readonly AnyRoute[];
    readonly problem: ProblemPage;
  };
}

const sessionOf = ({ session: { secret, secure, idle } }: Given['config'], store: Store): RequestHandler =>
  session({
    name: 'totrinh.sid',
    secret,
    store,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: 'lax', secure, maxAge: idle * 1000, path: '/' },
  });

/** Texts of the interface are chosen by `?lng=`, then `Accept-Language`; Vietnamese where neither helps. */
const wordsOf = (wording: i18n): RequestHandler => {
  const words = { vi: wording.getFixedT('vi'), en: wording.getFixedT('en') } satisfies Record<
    Language,
    unknown
  >;
  return (req, res, next) => {
    const language = [req.query.lng, req.acceptsLanguages(...languages)].find(isLanguage) ?? 'vi';
    req.t = words[language];
    res.set('Content-Language', language);
    next();
  };
};

/** The web server: what every request passes, in order, then API, pages, and the answer to everything else. */
export const createApp = (given: Given): Express => {
  const { config, log, wording, version, sessions, authentication, api, ready, watched, metrics, pages } =
    given;
  const checkAnswers = config.environment === 'test';
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('etag', 'strong');

  app.use(requestLog(log));
  app.use(metrics.timed);
  if (config.trustProxy === false) app.use(proxyNoticed(log));
  app.use(securityHeaders(config.session.secure));
  app.use(compression());
  app.use(wordsOf(wording));
  app.use(healthRoutes(ready, watched));
  app.get('/metrics', metrics.show);
  app.use(docsRoutes(() => openApi(api, version), api));
  if (pages) app.use(pages.assets);

  app.use(notCached);
  app.use(authentication.authenticate(sessionOf(config, sessions)));
  app.use('/api/v1', mount(api, { base: '/api/v1', checkAnswers }));
  if (pages) app.use(mount(pages.routes, { base: '', checkAnswers: false, dropsUnknownQuery: true }));
  app.use(() => {
    throw new Refusal('NOT_FOUND');
  });
  app.use(answerProblem({ log, page: pages?.problem }));
  return app;
};
