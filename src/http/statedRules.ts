import type Joi from 'joi';

type Json = Record<string, unknown>;

/** What joi says of a schema, as far as it is read here. */
interface Described {
  readonly type?: string;
  readonly rules?: readonly { name: string; args?: Record<string, unknown> }[];
  readonly keys?: Readonly<Record<string, Described>>;
  readonly items?: readonly Described[];
  readonly matches?: readonly { schema?: Described }[];
  readonly dependencies?: readonly { rel: string; key?: { path: string[] }; peers: readonly string[] }[];
  readonly whens?: readonly { ref?: { path: readonly string[] } }[];
}

const isDay = (schema: Json) => schema['pattern'] === '^\\d{4}-\\d{2}-\\d{2}$';

/** What JSON Schema has a word for and joi's translation leaves out. */
const translated = (schema: Json, rules: NonNullable<Described['rules']>): Json => {
  const { format, ...rest } = schema;
  const args = (name: string) => rules.find((rule) => rule.name === name)?.args;
  const precision = args('precision')?.['limit'] as number | undefined;
  return {
    ...rest,
    // `hex` is no format that anybody knows.
    ...(format === 'hex' ? { pattern: '^[0-9a-fA-F]+$' } : format !== undefined && { format }),
    ...(isDay(schema) && { format: 'date' }),
    ...(args('unique') && args('unique')?.['comparator'] === undefined && { uniqueItems: true }),
    ...(precision !== undefined && { multipleOf: Number(`1e-${precision}`) }),
  };
};

const dependencyWords: Readonly<Record<string, string>> = {
  oxor: 'At most one of',
  xor: 'Exactly one of',
  or: 'At least one of',
  and: 'All or none of',
  nand: 'Not all of',
};

/** What it has no word for, in a sentence each. */
const sentences = ({ rules = [], dependencies = [], whens = [] }: Described): string[] => [
  ...(rules.some(({ name }) => name === 'trim') ? ['Space around it is cut off before it is counted.'] : []),
  ...rules
    .filter(({ name, args }) => name === 'unique' && args?.['comparator'] !== undefined)
    .map(({ args }) => `No two with the same ${String(args?.['comparator'])}.`),
  ...dependencies.map(({ rel, peers }) => `${dependencyWords[rel] ?? rel}: ${peers.join(', ')}.`),
  ...whens.flatMap(({ ref }) =>
    ref ? [`Whether it must or may be there depends on \`${ref.path.join('.')}\`.`] : [],
  ),
];

const enriched = (schema: Json, of: Described): Json => {
  const own = translated(schema, of.rules ?? []);
  const properties = schema['properties'] as Record<string, Json> | undefined;
  const [item] = of.items ?? [];
  const items = schema['items'] as Json | undefined;
  const alternatives = schema['anyOf'] as Json[] | undefined;
  const description = [schema['description'], ...sentences(of)]
    .filter(Boolean)
    .join('. ')
    .replaceAll('..', '.');
  return {
    ...own,
    ...(description !== '' && { description }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, each]) => [name, enriched(each, of.keys?.[name] ?? {})]),
      ),
    }),
    ...(item && items && of.items?.length === 1 && { items: enriched(items, item) }),
    ...(alternatives && {
      // A field that depends on another is translated into one alternative: itself.
      anyOf: alternatives.map((each, at) =>
        enriched(each, of.matches ? (of.matches[at]?.schema ?? {}) : { ...of, whens: [] }),
      ),
    }),
  };
};

/** A joi schema as JSON Schema 2020-12, with every rule that it has no word for stated in its description. */
export const jsonSchema = (schema: Joi.Schema): Json => {
  const standard = schema['~standard'] as unknown as {
    jsonSchema: { input(options: { target: 'draft-2020-12' }): Json };
  };
  const { $schema: _, ...rest } = standard.jsonSchema.input({ target: 'draft-2020-12' });
  return enriched(rest, schema.describe());
};
