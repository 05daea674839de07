import { describe, expect, it } from '@jest/globals';
import { verifyChain } from '../../src/engine/journal.js';
import { attachmentStore } from '../../src/store/attachments.js';
import { draftStore } from '../../src/store/drafts.js';
import { faultPoints, type FaultPoint } from '../../src/store/faults.js';
import { fileStore } from '../../src/store/files.js';
import { ledgerStore } from '../../src/store/ledgers.js';
import { noticeStore } from '../../src/store/notices.js';
import { progressStore } from '../../src/store/progress.js';
import { registerStore } from '../../src/store/registers.js';
import { turnStore } from '../../src/store/turns.js';
import { tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay } from '../builders/aRelay.js';
import { playWholeStory, register, round, scan } from '../builders/wholeStory.js';
import { testDatabase } from '../setup/database.js';
import { dieAt } from '../setup/dying.js';
import { seed, sidesOf } from '../setup/trials.js';

/** Points that the story does not pass; what they guard is tested beside its store. */
const elsewhere: readonly FaultPoint[] = [
  'cases.thaw',
  'drafts.freeze',
  'intents.record',
  'summaries.put',
  'registers.void',
  'ledgers.release',
  'closings.write',
];
const passed = faultPoints.filter((point) => !elsewhere.includes(point));

describe(`a process that is killed (TRIALS_SEED=${seed})`, () => {
  const connection = aDatabase('killed');

  const dieAtOne = (fault: string) => dieAt('setup/dyingProcess', testDatabase('killed'), fault);

  async function expectWholeStory() {
    const db = connection();
    const { cases, journal, store } = aRelay(db);
    const found = (await cases.load({ tenant, id: 'a' }))!;
    expect(found).toMatchObject({ seq: 2, owed: [] });
    const entries = await journal.after(found, 0);
    expect(entries).toHaveLength(2);
    expect(await verifyChain({ tenant, case: 'a' }, entries, found)).toEqual([]);
    expect(await store.backlog()).toMatchObject({ owing: 0, due: 0, dead: 0 });

    const reader = { tenant, agency: 'SYT', person: 'p1', roles: [] };
    expect((await noticeStore(db).list(reader)).items.map(({ notice }) => notice).toSorted()).toEqual([
      'born',
      'issued',
    ]);
    expect(await fileStore(db).list(tenant, 'a')).toHaveLength(1);
    // Whatever bytes were on their way when it died go with the next sweep; the paper's own stay.
    await fileStore(db).sweep(tenant, new Date(Date.now() + 1));
    expect(await db.db!.collection('files.files').countDocuments()).toBe(1);
    expect(await db.db!.collection('files.chunks').distinct('files_id')).toHaveLength(1);
    expect(await fileStore(db).read(tenant, 'a/estimateProposal/2/1')).toEqual(Buffer.from('Tờ trình'));
    const attached = await attachmentStore(db).list({ tenant, id: 'a' });
    expect(attached).toMatchObject([{ size: scan.length }]);
    expect(await attachmentStore(db).read({ tenant, id: 'a' }, attached[0]!.hash)).toEqual(scan);
    expect((await progressStore(db).get(tenant, 'a'))?.seq).toBe(2);
    expect((await draftStore(db).load({ tenant, id: 'a' }, 'content'))?.rev).toBe(1);
    expect(await registerStore(db).heldBy({ tenant, agency: 'SYT', case: 'a' })).toMatchObject([
      { number: 1 },
    ]);
    expect(await registerStore(db).hold({ ...register, key: 'b:TTr:1' })).toBe(2);
    expect(await turnStore(db).load(round)).toEqual({ case: 'a', code: 'DT-a', seq: 2 });
    expect((await ledgerStore(db).load(round))?.claims).toMatchObject([{ lineage: 'a', confirmed: true }]);
  }

  it.each(sidesOf(passed))(
    'at %s leaves a story that ends as if nothing had happened',
    async (fault) => {
      expect(await dieAtOne(fault)).toBe(fault);
      await playWholeStory(connection());
      await expectWholeStory();
    },
    60_000,
  );

  it('nowhere comes to the same end', async () => {
    expect(await dieAtOne('nowhere')).toBeNull();
    await expectWholeStory();
  }, 60_000);
});
