import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import Joi from 'joi';
import type { Day } from '../workflows/vocabulary.js';
import type { Keep } from './outbox/tidying.js';

/** How many failed sign-ins are let through before the answer is 429; durations in seconds. */
export interface SignInLimits {
  readonly perUserAndAddress: number;
  /** Of one user over all addresses, from browsers that are not known. */
  readonly perAccount: number;
  readonly perAddress: number;
  /** In which time the tries are counted, s. */
  readonly window: number;
  /** How long it is closed afterwards, s. */
  readonly block: number;
}

/** Everything that comes from the environment, read once at start. */
export interface Config {
  readonly environment: 'development' | 'test' | 'production';
  readonly port: number;
  readonly database: { readonly uri: string; readonly name: string };
  readonly session: {
    readonly secret: string;
    /** The cookie travels over https only. */
    readonly secure: boolean;
    /** A session ends after this time without a request, s. */
    readonly idle: number;
    /** A session in which nobody has signed in ends after this time without a request, s. */
    readonly anonymous: number;
    /** A session ends after this time in any case, s. */
    readonly longest: number;
  };
  readonly signIn: SignInLimits;
  /** How long is kept what nobody needs any more. */
  readonly keep: Keep;
  /** The browser that prints documents; undefined: let the printer look for it. */
  readonly browser: string | undefined;
  readonly logLevel: string;
  /** Where log lines go; null: standard output. */
  readonly logFile: string | null;
  /** A date set by hand, for demonstrations and tests; null: the time of day. */
  readonly clock: Day | null;
  /**
   * The networks from which a proxy calls, as express understands `trust proxy`; false: no proxy. Never a number of
   * hops: whoever reached the process directly would choose their own address.
   */
  readonly trustProxy: string | false;
  /** What `/metrics` asks for as bearer token; without one it is closed in production. */
  readonly metricsToken: string | undefined;
}

/** The environment is not one to start with; the message names everything that is wrong with it. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`The settings in the environment are wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

interface Environment {
  NODE_ENV: Config['environment'];
  PORT: number;
  MONGODB_URI: string;
  TOTRINH_DB: string;
  SESSION_SECRET?: string;
  SESSION_SECURE?: boolean;
  SESSION_ANONYMOUS: number;
  PUPPETEER_EXECUTABLE_PATH?: string;
  LOG_LEVEL: string;
  LOG_FILE?: string;
  TOTRINH_CLOCK?: string;
  TRUST_PROXY?: string;
  METRICS_TOKEN?: string;
  SIGN_IN_TRIES: number;
  SIGN_IN_TRIES_PER_ADDRESS: number;
  SIGN_IN_TRIES_PER_ACCOUNT: number;
  SIGN_IN_WINDOW: number;
  SIGN_IN_BLOCK: number;
  KEEP_DONE_INTENTS: number;
  KEEP_READ_NOTICES: number;
}

/** A secret of few different characters was typed to satisfy a length. */
const notGuessed: Joi.CustomValidator<string> = (value, helpers) =>
  new Set(value).size < 10
    ? helpers.message({ custom: '{{#label}} must be random, with at least 10 different characters' })
    : value;

const isNetwork = (name: string): boolean => {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(name)) return true;
  const [address = '', bits, ...rest] = name.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    longest > 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest))
  );
};

const networks: Joi.CustomValidator<string> = (value, helpers) =>
  value === 'false' || value.split(',').every((name) => isNetwork(name.trim()))
    ? value
    : helpers.message({
        custom:
          '{{#label}} must name the networks of the proxy (loopback, linklocal, uniquelocal, 10.0.0.0/8, …), separated by commas, or be false',
      });

const production = Joi.valid('production');
const schema = Joi.object<Environment>({
  NODE_ENV: Joi.valid('development', 'test', 'production').default('development'),
  PORT: Joi.number().port().default(3000),
  MONGODB_URI: Joi.string()
    .pattern(/^mongodb(\+srv)?:\/\//, 'an address that begins with mongodb:// or mongodb+srv://')
    .required(),
  TOTRINH_DB: Joi.string()
    .pattern(/^[\w-]{1,60}$/, 'a database name of letters, digits, _ and -')
    .default('totrinh'),
  SESSION_SECRET: Joi.string()
    .min(32)
    .custom(notGuessed)
    .when('NODE_ENV', { is: production.required(), then: Joi.required() }),
  SESSION_SECURE: Joi.boolean(),
  SESSION_ANONYMOUS: Joi.number().integer().min(60).default(3600),
  PUPPETEER_EXECUTABLE_PATH: Joi.string(),
  LOG_LEVEL: Joi.valid('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
  LOG_FILE: Joi.string(),
  TOTRINH_CLOCK: Joi.string()
    .isoDate()
    .pattern(/^\d{4}-\d{2}-\d{2}$/, 'a day as YYYY-MM-DD')
    // Joi would make a moment of the day before it looks at the pattern.
    .prefs({ convert: false })
    .when('NODE_ENV', { is: production.required(), then: Joi.forbidden() }),
  TRUST_PROXY: Joi.string().custom(networks),
  METRICS_TOKEN: Joi.string().min(16),
  SIGN_IN_TRIES: Joi.number().integer().min(1).default(5),
  SIGN_IN_TRIES_PER_ADDRESS: Joi.number().integer().min(1).default(100),
  SIGN_IN_TRIES_PER_ACCOUNT: Joi.number().integer().min(1).default(50),
  SIGN_IN_WINDOW: Joi.number().integer().min(1).default(900),
  SIGN_IN_BLOCK: Joi.number().integer().min(1).default(900),
  KEEP_DONE_INTENTS: Joi.number().integer().min(1).default(90),
  KEEP_READ_NOTICES: Joi.number().integer().min(1).default(180),
});

/**
 * Reads the settings. An empty variable counts as one that is not set.
 * @throws {ConfigError} naming every variable that is missing or wrong
 */
export const loadConfig = (environment: NodeJS.ProcessEnv = process.env): Config => {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { error, value } = schema.validate(set, { abortEarly: false, stripUnknown: true }) as {
    error?: Joi.ValidationError;
    value: Environment;
  };
  // Only names and expectations are told: a value may be a secret.
  if (error) throw new ConfigError(error.details.map(({ message, path }) => told(message, path)));
  const isProduction = value.NODE_ENV === 'production';
  return {
    environment: value.NODE_ENV,
    port: value.PORT,
    database: { uri: value.MONGODB_URI, name: value.TOTRINH_DB },
    session: {
      // A secret of this process only: sessions end with it. The set-up hands over one that lasts.
      secret: value.SESSION_SECRET ?? randomBytes(32).toString('hex'),
      secure: value.SESSION_SECURE ?? isProduction,
      idle: 8 * 3600,
      anonymous: value.SESSION_ANONYMOUS,
      longest: 24 * 3600,
    },
    signIn: {
      perUserAndAddress: value.SIGN_IN_TRIES,
      perAccount: value.SIGN_IN_TRIES_PER_ACCOUNT,
      perAddress: value.SIGN_IN_TRIES_PER_ADDRESS,
      window: value.SIGN_IN_WINDOW,
      block: value.SIGN_IN_BLOCK,
    },
    keep: { doneIntents: value.KEEP_DONE_INTENTS, readNotices: value.KEEP_READ_NOTICES },
    browser: value.PUPPETEER_EXECUTABLE_PATH,
    logLevel: value.LOG_LEVEL,
    logFile: value.LOG_FILE ?? null,
    clock: value.TOTRINH_CLOCK ?? null,
    trustProxy: value.TRUST_PROXY === 'false' ? false : (value.TRUST_PROXY ?? false),
    metricsToken: value.METRICS_TOKEN,
  };
};

const told = (message: string, path: readonly (string | number)[]): string =>
  message.replace(/with value ".*?" (?=fails|matches)/s, '').replace(/^"[^"]*"/, path.join('.'));
