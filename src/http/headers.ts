import helmet from 'helmet';
import type { RequestHandler } from 'express';

/**
 * What the browser may do with our answers: nothing from elsewhere, no script or style inside a page, no frame
 * around it. Https is asked for where the cookie asks for it.
 */
export const securityHeaders = (https: boolean): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(https && { upgradeInsecureRequests: [] }),
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: https && { maxAge: 31_536_000, includeSubDomains: false },
  }) as RequestHandler;

/**
 * Answers are for one person and one moment, unless their route says otherwise. Who comes to the same browser after
 * them goes back to nothing: only `no-store` keeps a page out of what browsers show again without asking.
 */
export const notCached: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
