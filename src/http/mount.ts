import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import Joi from 'joi';
import multer from 'multer';
import { badInput, fault, Refusal } from '../errors.js';
import { calledBack } from './calledBack.js';
import { etag, idempotencyKey, ifMatch, ifMatchOrNew } from './conditional.js';
import { csrfHolds } from './csrf.js';
import { inexactness } from './exactJson.js';
import { guard } from './guard.js';
import { mostFields } from './mostFields.js';
import { parse } from './parse.js';
import type { Answer, AnyRoute, Call, FileAnswer, Upload } from './route.js';

/** A form as it came, for whoever answers when it is stopped: `res.locals.form`; null: it was too long to be read. */
export interface SentForm {
  readonly route: AnyRoute;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Settings {
  /** Where the routes hang, for logs and metrics: `/api/v1`. */
  readonly base: string;
  /** Compares every JSON answer with its declaration; in tests. */
  readonly checkAnswers: boolean;
  /** Pages are linked from elsewhere, and links gather fields on their way (`utm_source`): those are dropped, not refused. */
  readonly dropsUnknownQuery?: boolean;
}

const hasBody = (req: Request) =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;

/** JSON as it came, until it is known that it says what it seems to say. */
const texts = new WeakMap<IncomingMessage, Buffer>();
const keepText = (req: IncomingMessage, _res: unknown, text: Buffer) => void texts.set(req, text);

/** @throws {Refusal} BAD_INPUT for a key that stands twice, or a number that would be rounded */
const refuseInexact = (req: Request) => {
  const text = texts.get(req);
  texts.delete(req);
  const faults = text ? inexactness(text.toString('utf8')) : [];
  if (faults.length > 0) throw badInput(faults);
};

/** One field beside a file may be this long, in bytes. */
const longestField = 100_000;

/** Whatever else is wrong with an upload is wrong with the form that it came in. */
const uploadRefused = (error: unknown): Refusal =>
  error instanceof multer.MulterError && error.code === 'LIMIT_FIELD_VALUE'
    ? new Refusal('BODY_TOO_LARGE', { what: 'bytes', limit: longestField })
    : badInput([fault('file', 'file.form')]);

/**
 * Keeps the bytes of a file while they are few enough. One that is too long is read to its end and not kept: the fields
 * of its form come before and after it, and are shown again.
 */
const keptUpTo = (limit: number): multer.StorageEngine => ({
  _handleFile(_req, { stream }, done) {
    const kept: Buffer[] = [];
    let size = 0;
    stream.on('data', (bytes: Buffer) => {
      size += bytes.length;
      if (size <= limit) kept.push(bytes);
      else kept.length = 0;
    });
    stream.once('error', (error) => done(error));
    stream.once('end', () =>
      done(null, { size, ...(size <= limit && { buffer: Buffer.concat(kept, size) }) }),
    );
  },
  _removeFile(_req, _file, done) {
    done(null);
  },
});

/** Reads one file into memory, with the fields of the form beside it. */
const fileReader = (limit: number): RequestHandler => {
  // Names with brackets would be made into lists of any length.
  const limits = { files: 1, fields: 100, fieldSize: longestField, parts: 101, fieldNestingDepth: 0 };
  const read = multer({ storage: keptUpTo(limit), limits, defParamCharset: 'utf8' }).any();
  return (req, res, next) => void read(req, res, (error: unknown) => next(error && uploadRefused(error)));
};

/** An upload is sent as `file`; where a field of its form has that name, as `scan`. */
const uploadOf = ({ files }: Request): Upload | undefined => {
  const [file] = Array.isArray(files) ? files : [];
  if (!file || (file.fieldname !== 'file' && file.fieldname !== 'scan')) return undefined;
  // A file that was too long has no buffer, whatever its type says.
  return { name: file.originalname, size: file.size, bytes: file.buffer ?? null };
};

/** The body is read only once it is clear that somebody may send one, and by its route's own limit. */
const bodyReader = ({ bodyType = 'json', bodyLimit = '1mb' }: Pick<AnyRoute, 'bodyType' | 'bodyLimit'>) => {
  const readers = {
    json: ['application/json', () => express.json({ limit: bodyLimit, verify: keepText })],
    form: [
      'application/x-www-form-urlencoded',
      () => express.urlencoded({ extended: false, limit: bodyLimit, parameterLimit: mostFields }),
    ],
    upload: ['multipart/form-data', () => fileReader(Number(bodyLimit))],
    fileForm: ['multipart/form-data', () => fileReader(Number(bodyLimit))],
  } as const;
  const [type, readerOf] = readers[bodyType];
  const reader = readerOf();
  return async (req: Request, res: Response): Promise<unknown> => {
    if (!hasBody(req)) return {};
    const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(req.get('Content-Type') ?? '')?.[1] ?? 'utf-8';
    if (!req.is(type) || charset.toLowerCase() !== 'utf-8')
      throw new Refusal('UNSUPPORTED_TYPE', { expected: type });
    await calledBack((done) => reader(req, res, done));
    refuseInexact(req);
    return req.body as unknown;
  };
};

const contentDisposition = (name: string) => {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
  return `inline; filename="${plain.replace(/[^\w.() -]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`;
};

const sendFile = async ({ stream, contentType, name, size }: FileAnswer, res: Response) => {
  res.set({
    'Content-Type': contentType,
    'Content-Disposition': contentDisposition(name),
    // The browser's own viewer shows it; nothing else may be loaded or run.
    'Content-Security-Policy':
      "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    ...(size !== undefined && { 'Content-Length': String(size) }),
  });
  // The pipeline listens to the answer's end several times over, beside log, metrics and compression.
  res.setMaxListeners(30);
  await pipeline(stream, res);
};

const send = async (answer: Answer, res: Response): Promise<void> => {
  const { body, html, file, redirect, revision, headers } = answer;
  if (headers) res.set(headers);
  if (revision !== undefined) res.set('ETag', etag(revision));
  if (redirect !== undefined) return res.redirect(answer.status ?? 303, redirect);
  if (file) return sendFile(file, res.status(answer.status ?? 200));
  if (html !== undefined)
    return void res
      .status(answer.status ?? 200)
      .type('html')
      .send(html);
  if (body !== undefined) return void res.status(answer.status ?? 200).json(body);
  res.status(answer.status ?? 204).end();
};

/** @throws when an answer is not as its route declares it: the documentation would lie */
const checkAnswer = (declared: AnyRoute, { body, html, file, redirect, status }: Answer) => {
  const code = status ?? (redirect !== undefined ? 303 : body || html !== undefined || file ? 200 : 204);
  const shape = declared.responses[code];
  const name = `${declared.method} ${declared.path} ${code}`;
  if (!shape) throw new Error(`${name} is not declared.`);
  if (!('schema' in shape)) return;
  const given: unknown = JSON.parse(JSON.stringify(body ?? null));
  const { error } = shape.schema.validate(given, { convert: false, abortEarly: false });
  if (error) throw new Error(`${name} differs from its declaration: ${error.message}`);
};

/** What a query may say, whatever else stands in it. */
const lenient = (query: Joi.Schema = Joi.object({})): Joi.Schema => query.prefs({ stripUnknown: true });

const serve = (declared: AnyRoute, { base, checkAnswers, dropsUnknownQuery }: Settings): RequestHandler => {
  const { schemas: strict = {}, bodyType, keyed, conditional, method, access } = declared;
  const schemas = dropsUnknownQuery ? { ...strict, query: lenient(strict.query) } : strict;
  const readBody = bodyReader(declared);
  const isForm = bodyType === 'form' || bodyType === 'fileForm';
  // Of a file form the file itself is not kept for somebody who is not signed in.
  const readUnsigned = bodyReader(
    bodyType === 'fileForm' ? { bodyType, bodyLimit: '0' } : { bodyType: 'form', bodyLimit: '1mb' },
  );
  const isShort = (req: Request) =>
    bodyType !== 'fileForm' ||
    Number(req.get('Content-Length') ?? Infinity) <= 2 * Number(declared.bodyLimit);
  const sent = (req: Request, body: unknown): SentForm => ({
    route: declared,
    params: req.params as Record<string, string>,
    body: body as Record<string, unknown>,
  });
  return async (req, res) => {
    res.locals.route = `${base}${declared.path}`;
    try {
      guard(declared, req);
    } catch (refused) {
      // What was typed before the session ended is not thrown away with it.
      if (isForm && !req.signedIn)
        res.locals.form = isShort(req)
          ? await readUnsigned(req, res).then(
              (body) => sent(req, body),
              () => null,
            )
          : null;
      throw refused;
    }
    if (!isShort(req))
      throw new Refusal('BODY_TOO_LARGE', { what: 'bytes', limit: Number(declared.bodyLimit) });
    const given = method === 'get' ? {} : await readBody(req, res);
    if (isForm) res.locals.form = sent(req, given);
    // A cross-site page cannot send JSON unasked, so a public JSON route needs no proof.
    if (isForm || (req.signedIn?.by === 'session' && access !== 'public')) csrfHolds(req);
    // A form carries beside its fields what a program puts into headers.
    const typed = isForm || bodyType === 'upload';
    const { _csrf, _key, _for, ...fields } = (typed ? given : {}) as Record<string, unknown>;
    if (isForm && typeof _key === 'string') req.headers['idempotency-key'] = _key;
    // `lng` chooses the language of any answer.
    const { lng: _lng, ...query } = req.query;
    const input = parse(schemas, { params: req.params, query, body: typed ? fields : given }, typed);
    const call = {
      ...input,
      person: req.signedIn?.person,
      key: keyed ? idempotencyKey(req) : '',
      revision: conditional ? (conditional === 'orNew' ? ifMatchOrNew : ifMatch)(req) : -1,
      upload: uploadOf(req),
      t: req.t,
      req,
    };
    const answer = await declared.handler(call as unknown as Call<never, never, never, never>);
    if (checkAnswers) checkAnswer(declared, answer);
    await send(answer, res);
  };
};

/**
 * Serves what is declared and nothing else: another method on a known path is 405.
 * @throws at start, when two routes claim the same method and path
 */
export const mount = (routes: readonly AnyRoute[], settings: Settings): Router => {
  const router = Router({ strict: false, caseSensitive: true });
  const methodsOf = new Map<string, string[]>();
  for (const declared of routes) {
    const methods = methodsOf.get(declared.path) ?? [];
    if (methods.includes(declared.method))
      throw new Error(`Declared twice: ${declared.method} ${declared.path}`);
    methodsOf.set(declared.path, [...methods, declared.method]);
    router[declared.method](declared.path, serve(declared, settings));
  }
  for (const [path, methods] of methodsOf) {
    const allow = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
    router.all(path, (req, res) => {
      res.locals.route = `${settings.base}${path}`;
      res.set('Allow', [...allow, 'OPTIONS'].join(', '));
      if (req.method !== 'OPTIONS') throw new Refusal('METHOD_NOT_ALLOWED', { method: req.method, allow });
      res.status(204).end();
    });
  }
  return router;
};
