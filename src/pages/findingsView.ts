import type { Finding } from '../../workflows/rules/shapes.js';
import { fieldId } from './form.js';
import type { ErrorLine } from './frame.js';
import { tableColumns, yearsOf, type EstimateDraftBody } from './lineFields.js';
import type { Say } from './say.js';

/** Something that leads to where it is mended; `off` the page where `href` is not a place on it. */
interface Linked {
  readonly text: string;
  readonly href: string | null;
  readonly off: boolean;
}

export interface FindingItem extends Linked {
  readonly rule: string;
  /** Fields that are still empty, each with its link. */
  readonly fields: readonly Linked[];
  /** The same thing found elsewhere too. */
  readonly more: { readonly text: string; readonly items: readonly Linked[] } | null;
}

export interface FindingsView {
  readonly count: string;
  readonly groups: readonly {
    readonly level: string;
    readonly text: string;
    readonly items: readonly FindingItem[];
  }[];
}

/** Where a finding leads; null: nowhere. */
export type HrefOf = (path: string) => string | null;

/**
 * Where a finding is mended: the field itself where this person has the draft open, else where it can be read.
 * @param draft the draft that is open to them
 */
export const findingHref =
  (id: string, draft?: EstimateDraftBody | null): HrefOf =>
  (path) => {
    const [first = '', second = '', ...rest] = path.split('/');
    const content = `/cases/${id}/content`;
    if (first === 'estimates') return `/cases/${second}`;
    if (first === 'lines' && second === '') return content;
    if (first === 'lines') {
      const name = inList(rest, draft);
      if (!draft || name === '') return `${content}#line-${second}`;
      return isInTable(name)
        ? `${content}#${fieldId('line', `${second}.${name}`)}`
        : `/cases/${id}/lines/${second}#${fieldId('detail', name)}`;
    }
    if (!draft || first === '') return content;
    return `/cases/${id}/header#${fieldId('head', inList([first, second, ...rest].filter(Boolean), draft))}`;
  };

/** Where a finding on the rows of an allocation is mended: its field, while the rows are open. */
export const rowHref =
  (id: string): HrefOf =>
  (path) => {
    const [, row, field] = /^lines\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    return row && field ? `/cases/${id}/content#${fieldId('row', `${row}.${field}`)}` : findingHref(id)(path);
  };

/** The field of a form that a path is about: of a list without a place its first, of amounts by year the first year's. */
const inList = ([list = '', ...rest]: readonly string[], draft?: EstimateDraftBody | null): string => {
  if (/[yY]earSplit$/.test(list)) return `${list}.${yearsOf(draft?.header ?? {})[0] ?? ''}`;
  const firsts: Readonly<Record<string, string>> = {
    legalBases: 'number',
    quotations: 'supplier',
    priceEvidence: 'date',
  };
  const first = firsts[list];
  if (first === undefined) return [list, ...rest].join('.');
  const [n = '0', field = first] = rest;
  return `${list}.${n}.${field}`;
};

const isInTable = (name: string) => (tableColumns as readonly string[]).includes(name);

/** The words of one finding. */
export const findingText = ({ code, params }: Pick<Finding, 'code' | 'params'>, say: Say): string =>
  say(`findings:${code}`, params);

const isMissing = ({ code }: Finding) => code === 'FORM_FIELD_MISSING' || code === 'FORM_LINE_FIELD_MISSING';

const fieldText = ({ path, params }: Finding, say: Say): string => {
  const field = say(`findings:field.${params.field}`);
  const [, list = '', n] = /(\w+)\/(\d+)\/\w+$/.exec(path.replace(/^lines\/[^/]+\//, '')) ?? [];
  return n === undefined
    ? field
    : say('pages:findings.inList', { list: say(`findings:field.${list}`), n: Number(n) + 1, field });
};

const groupedBy = <T>(items: readonly T[], key: (item: T) => string): T[][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
};

/** Findings with what is alike told once: empty fields by where they stand, everything else by what it says. */
const itemsOf = (findings: readonly Finding[], linked: (path: string) => Omit<Linked, 'text'>, say: Say) => ({
  missing: groupedBy(findings.filter(isMissing), ({ params }) => String(params.line ?? 0)).map(
    ([first, ...others]): FindingItem => {
      const line = Number(first?.params.line ?? 0);
      return {
        text: line > 0 ? say('pages:findings.ofLine', { line }) : say('pages:findings.ofHead'),
        rule: '',
        href: null,
        off: false,
        fields: [...(first ? [first] : []), ...others].map((finding) => ({
          text: fieldText(finding, say),
          ...linked(finding.path),
        })),
        more: null,
      };
    },
  ),
  told: (level: Finding['level']) =>
    groupedBy(
      findings.filter((finding) => finding.level === level && !isMissing(finding)),
      ({ code, params }) => `${code} ${code.startsWith('FORM_') ? `${params.field} ${params.problem}` : ''}`,
    ).flatMap((alike): FindingItem[] => {
      const [first, ...others] = groupedBy(alike, ({ path }) => path).flatMap(([one]) => (one ? [one] : []));
      if (!first) return [];
      return [
        {
          text: findingText(first, say),
          rule: first.rule === 'FORM' ? '' : first.rule,
          ...linked(first.path),
          fields: [],
          more:
            others.length === 0
              ? null
              : {
                  text: say('pages:findings.more', { count: others.length }),
                  items: others.map((finding) => ({
                    text: findingText(finding, say),
                    ...linked(finding.path),
                  })),
                },
        },
      ];
    }),
});

/**
 * Findings by level, each with a link to what it is about. What is only still to be filled in stands apart: nobody is
 * told of errors where they have not begun.
 * @param here the page they stand on
 */
export const findingsView = (
  findings: readonly Finding[],
  { hrefOf, here, say }: { hrefOf: HrefOf; here: string; say: Say },
): FindingsView => {
  const linked = (path: string) => {
    const href = hrefOf(path);
    const own = href?.startsWith(`${here}#`) ?? false;
    return { href: own ? (href?.slice(here.length) ?? null) : href, off: !own };
  };
  const { missing, told } = itemsOf(findings, linked, say);
  const groups = [
    { level: 'missing', items: missing },
    ...(['error', 'warning', 'info'] as const).map((level) => ({ level, items: told(level) })),
  ]
    .filter(({ items }) => items.length > 0)
    .map(({ level, items }) => ({ level, items, text: say(`pages:findings.${level}`) }));
  const count = groups.reduce((sum, { items }) => sum + items.length, 0);
  return { count: say('pages:findings.count', { count }), groups };
};

/** Findings as a refusal lists them, a line for each thing. */
export const findingLines = (findings: readonly Finding[], hrefOf: HrefOf, say: Say): ErrorLine[] =>
  findingsView(findings, { hrefOf, here: '', say }).groups.flatMap(({ items }) =>
    items.map(({ text, href, fields, more }) => ({
      text:
        fields.length > 0
          ? say('pages:findings.missingAt', { place: text, fields: fields.map((one) => one.text).join(', ') })
          : more
            ? say('pages:findings.andMore', { text, more: more.text })
            : text,
      href: (fields[0]?.href ?? href) || undefined,
    })),
  );
