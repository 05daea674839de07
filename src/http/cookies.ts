import type { Request } from 'express';

/** A cookie that the browser sent; only of our own, whose values need no decoding. */
export const cookieOf = (req: Request, name: string): string | undefined =>
  (req.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/**
 * Gives the browser a cookie that no script reads, over https only where the session's is.
 * @param days how long it is kept; until the browser closes when absent
 */
export const giveCookie = (req: Request, name: string, value: string, days?: number): void => {
  req.res?.cookie(name, value, {
    httpOnly: true,
    sameSite: 'lax',
    secure: req.session.cookie.secure === true,
    path: '/',
    ...(days !== undefined && { maxAge: days * 86_400_000 }),
  });
};
