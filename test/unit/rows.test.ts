import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rowsNamed, type Rows } from '../../src/engine/rows.js';

interface Row {
  readonly id: string;
  readonly text: string;
}
const most = 6;
const rows = rowsNamed<Row>('r', most);

const op = fc.oneof(
  fc.record({ op: fc.constant('add' as const), at: fc.nat(9), text: fc.string() }),
  fc.record({ op: fc.constant('replace' as const), texts: fc.array(fc.string(), { maxLength: 4 }) }),
  fc.record({ op: fc.constant('remove' as const), at: fc.nat(9) }),
  fc.record({ op: fc.constant('restore' as const) }),
  fc.record({ op: fc.constant('set' as const), at: fc.nat(9), text: fc.string() }),
  fc.record({ op: fc.constant('move' as const), at: fc.nat(9), to: fc.integer({ min: 1, max: 9 }) }),
);

describe('the rows of a draft', () => {
  it('never have one id twice, whatever is done to them, and each way touches the row that it names', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 40 }), (ops) => {
        const given = new Set<string>();
        let draft: Rows<Row> = { lines: [], nextLine: 1 };
        for (const one of ops) {
          const before = draft.lines;
          const at = 'at' in one ? before[one.at % Math.max(1, before.length)] : undefined;
          if (one.op === 'add' && before.length < most) draft = rows.add(draft, { text: one.text }, one.at);
          if (one.op === 'replace')
            draft = rows.replace(
              draft,
              one.texts.map((text) => ({ text })),
            );
          if (one.op === 'remove' && at) draft = rows.remove(draft, at.id);
          const back = one.op === 'restore' && before.length < most ? draft.removed : null;
          if (back) draft = rows.restore(draft, back.row.id);
          if (one.op === 'set' && at) draft = rows.set(draft, at.id, { text: one.text });
          if (one.op === 'move' && at) draft = rows.move(draft, at.id, one.to);

          const ids = draft.lines.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          if (back) expect(draft.lines).toEqual(before.toSpliced(back.at, 0, back.row));
          const fresh = ids.filter((id) => !before.some((row) => row.id === id) && id !== back?.row.id);
          for (const id of fresh) {
            expect(given.has(id)).toBe(false);
            given.add(id);
          }
          if (one.op === 'remove' && at) expect(draft.lines).toEqual(before.filter((row) => row !== at));
          if (one.op === 'move' && at) expect([...ids].sort()).toEqual(before.map(({ id }) => id).sort());
        }
      }),
    );
  });

  it('that were removed come back once, whole and where they stood', () => {
    const texts = ['a', 'b', 'c'].map((text) => ({ text }));
    const draft = rows.replace<Rows<Row>>({ lines: [], nextLine: 1 }, texts);
    const without = rows.add(rows.remove(draft, 'r2'), { text: 'd' });
    const back = rows.restore(without, 'r2');
    expect(back.lines.map(({ id, text }) => `${id}${text}`)).toEqual(['r1a', 'r2b', 'r3c', 'r4d']);
    const gone = expect.objectContaining({ code: 'NOT_FOUND' });
    expect(() => rows.restore(back, 'r2')).toThrow(gone);
    // Only the last one.
    expect(() => rows.restore(rows.remove(without, 'r1'), 'r2')).toThrow(gone);
  });

  it('are at most as many as allowed, and say how many there would be', () => {
    const full = rows.replace(
      { lines: [], nextLine: 1 },
      Array.from({ length: most }, () => ({ text: '' })),
    );
    const refused = { code: 'LIMIT_EXCEEDED', members: { what: 'rows', found: most + 1, limit: most } };
    expect(() => rows.add(full, { text: '' })).toThrow(expect.objectContaining(refused));
    expect(() => rows.replace(full, [...full.lines, { text: '' }])).toThrow(expect.objectContaining(refused));
  });

  it('are not there under an id that nobody gave', () => {
    const none = { lines: [], nextLine: 1 };
    expect(() => rows.set(none, 'r1', {})).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(() => rows.remove(none, 'r1')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
