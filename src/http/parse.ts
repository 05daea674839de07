import Joi from 'joi';
import { badInput, type FieldFault } from '../errors.js';
import { cleaned } from './clean.js';

/** The three places of a request that carry input. */
export interface Input {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}
export type InputSchemas = { readonly [Place in keyof Input]?: Joi.Schema };

/** Fault parameters are told to the caller and to the wording: plain values only, and none too long. */
const toldParams = (context: Joi.Context | undefined): FieldFault['params'] => {
  const { value, limit, valids, name, regex: _, key: __, label: ___, ...rest } = context ?? {};
  const plain = (item: unknown) =>
    typeof item === 'string' ? item.slice(0, 100) : ['number', 'boolean'].includes(typeof item) ? item : undefined;
  const found = plain(value);
  const expected = Array.isArray(valids) ? valids.map(String).join(', ') : plain(limit ?? name);
  const others = Object.fromEntries(Object.entries(rest).filter(([, item]) => plain(item) !== undefined));
  return {
    ...others,
    ...(plain(limit) !== undefined && { limit: plain(limit) }),
    ...(found !== undefined && { found }),
    ...(expected !== undefined && { expected }),
  };
};

/** Never echoed: where somebody typed a secret, the answer does not repeat it. */
const isSecret = (path: string) => /password|token|_csrf/i.test(path);

const faultsOf = (error: Joi.ValidationError, place: string): FieldFault[] =>
  error.details.map(({ path, type, context }) => {
    const at = [place, ...path].join('.');
    const { found, ...params } = toldParams(context);
    return { path: at, code: type, params: isSecret(at) || found === undefined ? params : { ...params, found } };
  });

/**
 * JSON says itself what is a number, a truth value, a list: joi may trim a text, but not read `"1.234"` as a number
 * or round one. Address and query are text and are read.
 */
const readings = (given: unknown, taken: unknown, path: string): FieldFault[] => {
  if (given === undefined || taken === undefined || typeof given === 'function') return [];
  const kindOf = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);
  const [from, to] = [kindOf(given), kindOf(taken)];
  if (from !== to) return [{ path, code: `${to}.base`, params: typeof given === 'string' ? { found: given.slice(0, 100) } : {} }];
  if (from === 'number' && given !== taken) return [{ path, code: 'number.precision', params: { found: given } }];
  if (from === 'array' || from === 'object') {
    const inner = given as Record<string, unknown>;
    return Object.keys(inner).flatMap((key) =>
      readings(inner[key], (taken as Record<string, unknown>)[key], `${path}.${key}`),
    );
  }
  return [];
};

/**
 * Checks one value and returns it as its schema takes it; writes on nothing. All faults at once.
 * @param place how the path of a fault begins
 * @throws {Refusal} BAD_INPUT with one fault per wrong field
 */
export const parseValue = <T>(schema: Joi.Schema, given: unknown, place: string, text = false): T => {
  const faults: FieldFault[] = [];
  const clean = cleaned(given, place, faults);
  if (faults.length > 0) throw badInput(faults);
  const { error, value } = schema.validate(clean, {
    abortEarly: false,
    errors: { render: false },
    presence: 'optional',
  }) as { error?: Joi.ValidationError; value: T };
  if (error) throw badInput(faultsOf(error, place));
  const read = text ? [] : readings(clean, value, place);
  if (read.length > 0) throw badInput(read);
  return value;
};

/** Nothing is taken where nothing was declared. */
const nothing = Joi.object({});

/**
 * Checks address, query and body against what a route declares.
 * @throws {Refusal} BAD_INPUT with the faults of all three
 */
export const parse = (schemas: InputSchemas, input: Input): Input => {
  const faults: FieldFault[] = [];
  const taken = (place: keyof Input) => {
    try {
      const given = place === 'body' ? input.body : { ...(input[place] as object) };
      if (place === 'body' && !schemas.body) return undefined;
      const schema = (schemas[place] ?? nothing).required();
      return parseValue(schema, given, place, place !== 'body');
    } catch (error) {
      const told = (error as { members?: { faults?: FieldFault[] } }).members?.faults;
      if (!told) throw error;
      faults.push(...told);
      return undefined;
    }
  };
  const parsed = { params: taken('params'), query: taken('query'), body: taken('body') };
  if (faults.length > 0) throw badInput(faults);
  return parsed;
};
