import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { AnyStateNode } from 'xstate';
import { createWording, languages, templatesFolder } from '../../src/wording.js';
import { permissionsOf } from '../../workflows/registry.js';
import { parties, roles } from '../../workflows/vocabulary.js';
import { guardNames, nodesFrom, pathOf, released, waysOf } from './charts.js';

const messages = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(join(templatesFolder, 'messages', language, 'workflow.json'), 'utf8')) as Record<
    string,
    string
  >;

const sources = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : path.endsWith('.ts') ? [path] : [];
  });
const src = sources(join(templatesFolder, '..', 'src')).map((path) => readFileSync(path, 'utf8'));

const nodes = released.flatMap(({ kind, version, machine }) =>
  nodesFrom(machine.root as AnyStateNode)
    .filter((node) => node.parent && node.key !== 'resuming')
    .map((node) => ({ kind, version, node })),
);
/** What a notice may be told of, so that every one of its wordings comes up. */
const told = [
  { overlaps: [], allocations: {}, adjusts: null, decision: null },
  { overlaps: [], allocations: { L: { ordinal: 1, amount: 5 } }, adjusts: '1', decision: null },
  { overlaps: [], allocations: {}, appraised: 5, decision: { reason: 'Chưa cân đối' } },
].flatMap((context) =>
  ['DECLINE', 'APPROVE', 'ALLOCATED', 'OVERLAP_SETTLED', 'OVERLAP_REOPENED'].flatMap((type) =>
    [{}, { lead: 'Sở Y tế', amount: 7 }].map((more) => ({
      context,
      event: {
        type,
        reason: '',
        group: '',
        lines: [],
        facts: {},
        lineage: 'L',
        ordinal: 2,
        amount: 5,
        ...more,
      },
    })),
  ),
);
const notices = released.flatMap(({ machine }) =>
  nodesFrom(machine.root as AnyStateNode)
    .flatMap((node) => [...node.entry, ...waysOf(node).flatMap(({ actions }) => actions)])
    .flatMap((action) => {
      const { type, params } = action as {
        type?: string;
        params?: { notice?: string } | ((given: object) => { notice: string });
      };
      if (type !== 'notify') return [];
      if (typeof params !== 'function') return [params?.notice ?? ''];
      return told.flatMap((given) => {
        try {
          return [params(given).notice];
        } catch {
          // Not an event of this notice.
          return [];
        }
      });
    }),
);

describe('the words of the workflows', () => {
  const vi = messages('vi');
  const needed = [
    ...nodes.map(({ kind, node }) => `state.${kind}.${pathOf(node)}`),
    ...released.flatMap(({ kind, version }) =>
      Object.values(permissionsOf(kind, version)).flatMap((events) =>
        Object.keys(events).map((event) => `event.${kind}.${event}`),
      ),
    ),
    ...released
      .flatMap(({ machine }) =>
        nodesFrom(machine.root as AnyStateNode)
          .flatMap(waysOf)
          .flatMap(({ guard }) => guardNames(guard as never)),
      )
      .map((name) => `closed.${name}`),
    ...src
      .flatMap((text) => [
        ...text.matchAll(/eventRefused\([^;]*?\[\s*'(\w+)'/g),
        ...text.matchAll(/reason: '(\w+)' \}/g),
        ...text.matchAll(/'(amountAbove\w+)'/g),
      ])
      .map(([, code]) => `closed.${code}`),
    ...src
      .flatMap((text) => [...text.matchAll(/notice: '(\w+)'/g)])
      .flatMap(([, notice]) => [`notice.${notice}.title`, `notice.${notice}.body`]),
    ...notices.flatMap((notice) => [`notice.${notice}.title`, `notice.${notice}.body`]),
    ...[...roles, 'auditor', 'administrator', 'system'].map((role) => `role.${role}`),
    ...parties.map((party) => `party.${party}`),
    ...['KT', 'TL', 'TUQ'].map((capacity) => `capacity.${capacity}`),
    'permit',
    'permitSystem',
  ];

  it('name every state, event, guard, reason, notice, role and party', () => {
    expect([...new Set(needed)].filter((key) => !(key in vi))).toEqual([]);
  });

  it('name nothing that is not there', () => {
    const known = new Set(needed);
    // What a row answers with where the step's own check refused it: the code of the refusal.
    const refusals = Object.keys(vi).filter((key) => /^closed\.[A-Z_]+$/.test(key));
    expect(Object.keys(vi).filter((key) => !known.has(key) && !refusals.includes(key))).toEqual([]);
  });

  it('are the same keys in both languages, with the same fields', () => {
    const en = messages('en');
    const fields = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name).sort();
    expect(Object.keys(en)).toEqual(Object.keys(vi));
    expect(
      Object.keys(vi).filter((key) => String(fields(vi[key] ?? '')) !== String(fields(en[key] ?? ''))),
    ).toEqual([]);
  });

  it('are written out, composed, and end as they should', () => {
    const wrong = languages.flatMap((language) =>
      Object.entries(messages(language)).filter(
        ([key, text]) =>
          text !== text.normalize('NFC') ||
          text.trim() !== text ||
          text === '' ||
          ((key.startsWith('closed.') || key.endsWith('.body')) && !/[.}]$/.test(text)) ||
          (/^(state|event|role)\./.test(key) && /[.:]$/.test(text)),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('are found under their keys, dots and all', async () => {
    const { t } = await createWording();
    expect(t('state.estimate.reviewing')).toBe('Đang rà soát');
    expect(t('state.estimate.reviewing.lines.open')).toBe('Đang rà soát từng dòng');
    expect(t('permit', { role: t('role.officer'), party: t('party.reviewer'), lng: 'vi' })).toBe(
      'Chuyên viên của cơ quan rà soát',
    );
  });
});
