import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { AnyStateNode } from 'xstate';
import { permissionsOf } from '../../workflows/registry.js';
import { around, nodesFrom, pathOf, released } from './charts.js';

const readme = fileURLToPath(new URL('../../workflows/README.md', import.meta.url));
const [begin, end] = ['<!-- states -->\n', '<!-- /states -->'] as const;

const rowsOf = ({ kind, version, machine }: (typeof released)[number]): string[] =>
  nodesFrom(machine.root as AnyStateNode)
    .filter((node) => node.parent && node.key !== 'resuming')
    .flatMap((node) => {
      const events = Object.entries(permissionsOf(kind, version)[pathOf(node)] ?? {})
        .filter(([event, permits]) => !permits.includes('system') && !event.startsWith('EDIT'))
        .map(([event, permits]) => `\`${event}\` ${permits.join(', ')}`);
      const isFinal = around(node).some(({ type }) => type === 'final');
      const leaf = Object.keys(node.states).length === 0;
      if (events.length === 0 && !leaf) return [];
      return [
        `| \`${pathOf(node)}\` | ${isFinal ? 'final' : events.join(' · ') || 'waits for other cases'} |`,
      ];
    });

const tables = released
  .map((chart) =>
    [
      `### ${chart.kind} ${chart.version}`,
      '',
      '| state | who moves it |',
      '| --- | --- |',
      ...rowsOf(chart),
      '',
    ].join('\n'),
  )
  .join('\n');

describe('the state tables of workflows/README.md', () => {
  it('are what the machines and their permissions say', () => {
    const text = readFileSync(readme, 'utf8');
    const [before = '', rest = ''] = text.split(begin);
    const [written = '', after = ''] = rest.split(end);
    if (process.env['WRITE_README'] === '1') {
      writeFileSync(readme, `${before}${begin}\n${tables}\n${end}${after}`);
      return;
    }
    // The formatter pads the columns.
    const bare = (table: string) => table.replace(/ {2,}/g, ' ').replace(/-{3,}/g, '---').trim();
    expect(bare(written)).toBe(bare(tables));
  });
});
