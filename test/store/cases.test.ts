import { describe, expect, it } from '@jest/globals';
import { verifyChain } from '../../src/engine/journal.js';
import { caseQueries } from '../../src/store/caseQueries.js';
import { caseStore } from '../../src/store/cases.js';
import { journalStore, JournalForked } from '../../src/store/journal.js';
import { aCase, aNotice, aStep, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';

describe('cases', () => {
  const connection = aDatabase('cases');
  const store = () => caseStore(connection());
  const ref = (id: string) => ({ tenant, id });

  it('are there as they were born, and unknown ones are not', async () => {
    const born = aCase('a', [aNotice('born')]);
    await store().create(born);
    expect(await store().load(ref('a'))).toEqual(born);
    expect(await store().load(ref('b'))).toBeNull();
  });

  it('of one city are not seen from another', async () => {
    await store().create(aCase('a'));
    expect(await store().load({ tenant: 'haNoi', id: 'a' })).toBeNull();
  });

  it('are born once: the second is answered with the first', async () => {
    const first = aCase('a');
    await store().create(first);
    expect(await store().create({ ...first, owner: 'SGDDT' })).toEqual(first);
    expect((await store().load(ref('a')))?.owner).toBe('SYT');
  });

  it('move by one write that carries state, context, what is owed and what was seen', async () => {
    const born = await store().create(aCase('a'));
    const step = aStep(born, [aNotice('moved')]);
    const moved = await store().advance(born, step);
    expect(moved).toEqual(await store().load(ref('a')));
    expect(moved).toMatchObject({ seq: 2, head: step.head, context: { steps: 1 } });
    expect(moved?.owed.map(({ id }) => id)).toEqual(['1', '2', '2/0']);
    expect(moved?.seen.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('do not move for somebody who read them too early', async () => {
    const born = await store().create(aCase('a'));
    const moved = await store().advance(born, aStep(born));
    expect(await store().advance(born, aStep(born))).toBeNull();
    expect(await store().load(ref('a'))).toEqual(moved);
  });

  it('do not move any more for a step that was prepared before they were thawed', async () => {
    const born = await store().create(aCase('a'));
    const thawed = (await store().thaw(born))!;
    expect(thawed).toEqual(await store().load(ref('a')));
    expect(await store().thaw(born)).toBeNull();
    expect(await store().advance(born, aStep(born))).toBeNull();
    const moved = await store().advance(thawed, aStep(thawed));
    expect(moved).toMatchObject({ seq: 2 });
    expect(await store().thaw(thawed)).toBeNull();
  });

  it('let one of 50 approvers win', async () => {
    const born = await store().create(aCase('a'));
    const won = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        store().advance(born, aStep(born, [], { content: `${i}`.padStart(64, '0') })),
      ),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await store().load(ref('a')))?.head).toBe(won.find(Boolean)?.head);
  });

  it('remember the last 32 causes and no more', async () => {
    let found = await store().create(aCase('a'));
    for (let n = 0; n < 40; n += 1) found = (await store().advance(found, aStep(found)))!;
    expect(found.seen).toHaveLength(32);
    expect(found).toEqual(await store().load(ref('a')));
    expect(found.seen.at(-1)?.seq).toBe(41);
  });

  it('are found by what they are about', async () => {
    const member = aCase('b', [], { owner: 'SGDDT' });
    await store().create(aCase('a'));
    await store().create({ ...member, context: { ...member.context, consolidation: 'c1' } });
    await store().create(aCase('z', [], { status: 'done' }));
    const queries = caseQueries(connection());
    const ids = (cases: readonly { id: string }[]) => cases.map(({ id }) => id);
    expect(ids(await queries.members(tenant, 'c1'))).toEqual(['b']);
    expect(ids(await queries.inRound(tenant, 'estimate', 'd1'))).toEqual(['a', 'b', 'z']);
    expect(ids(await queries.ofAgency(tenant, 'SYT', 'x'))).toEqual(['a']);
    expect(ids(await queries.ofAgency(tenant, 'SYT', 'a'))).toEqual([]);
    expect(ids(await queries.loadMany(tenant, ['z', 'gone', 'a']))).toEqual(['z', 'a']);
  });
});

describe('the journal', () => {
  const connection = aDatabase('journal');
  const ref = { tenant, id: 'a' };

  async function sixSteps() {
    const store = caseStore(connection());
    let found = await store.create(aCase('a'));
    for (let n = 0; n < 5; n += 1) found = (await store.advance(found, aStep(found)))!;
    return found;
  }
  const entriesOf = (found: Awaited<ReturnType<typeof sixSteps>>) =>
    found.owed.flatMap((each) => ('entry' in each ? [each.entry] : []));

  it('reads what is filed and what is still owed as one history', async () => {
    const found = await sixSteps();
    const journal = journalStore(connection());
    await journal.append(entriesOf(found).slice(0, 3));
    const history = await journal.after(ref, 0);
    expect(history).toEqual(entriesOf(found));
    expect((await journal.after(ref, 2)).map(({ seq }) => seq)).toEqual([3, 4, 5, 6]);
    expect(await verifyChain({ tenant, case: 'a' }, history, found)).toEqual([]);
  });

  it('finds an entry by its cause, filed or not', async () => {
    const entries = entriesOf(await sixSteps());
    const journal = journalStore(connection());
    await journal.append(entries.slice(0, 3));
    for (const entry of [entries[1]!, entries[4]!])
      expect(await journal.byCause(ref, entry.cause.key)).toEqual(entry);
    expect(await journal.byCause(ref, 'nobody/asked')).toBeNull();
  });

  it('takes an entry twice as one, in any overlap', async () => {
    const entries = entriesOf(await sixSteps());
    const journal = journalStore(connection());
    await journal.append(entries.slice(0, 2));
    await Promise.all([
      journal.append(entries),
      journal.append(entries.slice(1, 4)),
      journal.append(entries),
    ]);
    const stored = [];
    for await (const entry of journal.all(tenant)) stored.push(entry);
    expect(stored).toEqual(entries);
  });

  it('gives the alarm when another entry stands under the same number', async () => {
    const entries = entriesOf(await sixSteps());
    const forks: JournalForked[] = [];
    const journal = journalStore(connection(), (fork) => forks.push(fork));
    await journal.append([{ ...entries[0]!, hash: 'f'.repeat(64) }]);
    await expect(journal.append(entries)).rejects.toThrow(JournalForked);
    expect(forks).toMatchObject([{ entry: `${tenant}/a/1`, owed: entries[0]!.hash }]);
  });
});
