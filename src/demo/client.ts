import type { Role } from '../../workflows/vocabulary.js';
import { accountOf, demonstrationPassword } from '../seed/demonstration.js';

/** A case as the API shows it. */
export interface SeenCase {
  readonly id: string;
  readonly code: string;
  readonly kind: string;
  readonly owner: string;
  readonly seq: number;
  readonly state: unknown;
  readonly states: readonly string[];
  readonly status: 'active' | 'done';
  readonly content: string | null;
  /** What whoever decides here names. */
  readonly covered: string | null;
  readonly view: Readonly<Record<string, unknown>>;
}

/** The API refused: what it answered. */
export class Refused extends Error {
  constructor(
    readonly request: string,
    readonly status: number,
    readonly problem: Readonly<Record<string, unknown>>,
  ) {
    super(`${request}: ${status} ${JSON.stringify(problem)}`);
    this.name = 'Refused';
  }
}

/** Somebody of the demonstration city at work: signed in once, with a session of their own. */
export interface Somebody {
  get<T>(path: string): Promise<{ body: T; etag: string | null }>;
  send<T>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<T>;
  download(path: string): Promise<Uint8Array>;
}

/** People of a city, each signed in when first needed; of the only city there is, unless one is named. */
export const createPeople = (address: string, tenant?: string) => {
  const known = new Map<string, Promise<Somebody>>();

  const signIn = async (username: string): Promise<Somebody> => {
    const answer = await fetch(`${address}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password: demonstrationPassword, tenant }),
    });
    if (!answer.ok) throw new Refused(`sign-in of ${username}`, answer.status, await problemOf(answer));
    const { csrfToken } = (await answer.json()) as { csrfToken: string };
    const cookie = answer.headers
      .getSetCookie()
      .map((given) => given.split(';')[0])
      .join('; ');

    const ask = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
      const asked = await fetch(`${address}/api/v1${path}`, {
        method,
        headers: {
          Cookie: cookie,
          'X-CSRF-Token': csrfToken,
          // The server is on the same machine.
          'Accept-Encoding': 'identity',
          ...(body && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!asked.ok)
        throw new Refused(`${username}: ${method} ${path}`, asked.status, await problemOf(asked));
      return asked;
    };
    return {
      async get<T>(path: string) {
        const asked = await ask('GET', path);
        return { body: (await asked.json()) as T, etag: asked.headers.get('etag') };
      },
      async send<T>(method: string, path: string, body?: object, headers?: Record<string, string>) {
        return (await (await ask(method, path, body, headers)).json()) as T;
      },
      download: async (path) => new Uint8Array(await (await ask('GET', path)).arrayBuffer()),
    };
  };

  /** A role of an agency: `as('SYT', 'officer')`. */
  const as = (agency: string, role: Role): Promise<Somebody> => named(accountOf(agency, role));

  const named = (username: string): Promise<Somebody> => {
    const somebody = known.get(username) ?? signIn(username);
    known.set(username, somebody);
    // Whoever did not come in tries again next time.
    somebody.catch(() => known.delete(username));
    return somebody;
  };
  return { as, named };
};
export type People = ReturnType<typeof createPeople>;

const problemOf = async (answer: Response): Promise<Record<string, unknown>> => {
  try {
    return (await answer.json()) as Record<string, unknown>;
  } catch {
    return {};
  }
};
