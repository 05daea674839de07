import type { Connection } from 'mongoose';
import type { Handlers } from '../../src/outbox/relay.js';
import { attachmentStore } from '../../src/store/attachments.js';
import { draftStore } from '../../src/store/drafts.js';
import { fileStore } from '../../src/store/files.js';
import { ledgerStore } from '../../src/store/ledgers.js';
import { createRoundStore } from '../../src/store/rounds.js';
import { aRound } from './aRound.js';
import { noticeStore } from '../../src/store/notices.js';
import { progressStore } from '../../src/store/progress.js';
import { registerStore } from '../../src/store/registers.js';
import { turnStore } from '../../src/store/turns.js';
import { aCase, aNotice, aStep, tenant } from './aCase.js';
import { aRelay } from './aRelay.js';

export const register = { tenant, agency: 'SYT', type: 'TTr', year: 2025 };
export const round = { tenant, round: 'd1' };
export const cell = 'NSTP_CTX/2026';
export const scan = Buffer.from('%PDF- Nghị quyết');

/** The intents carried out for real: each leaves something that can be counted. */
function handlersOf(connection: Connection): Handlers {
  const notices = noticeStore(connection);
  const files = fileStore(connection);
  const ledgers = ledgerStore(connection);
  return {
    notify: async ({ params }, { id, case: of, at }) => {
      const told = { tenant, id, agency: 'SYT', roles: [], notice: params.notice, case: of, params: {}, at };
      await notices.put(told);
    },
    render: async ({ params }, { case: of, at, id }) => {
      await files.put({
        tenant,
        case: of,
        type: params.document,
        seq: Number(id.split('/')[2]),
        templateVersion: '1',
        revision: 1,
        content: null,
        name: 'to-trinh.pdf',
        mime: 'application/pdf',
        at,
        bytes: Buffer.from('Tờ trình'),
      });
    },
    register: () => Promise.resolve(),
    ledger: ({ params: { lineage, ordinal } }) => ledgers.confirm({ ...round, lineage, ordinal }),
  };
}

/**
 * One case from its draft to its papers, with a file, a number, a turn and money held before, over the real store.
 * Played again after it was cut off anywhere, it comes to the same end.
 */
export async function playWholeStory(connection: Connection): Promise<void> {
  const drafts = draftStore(connection);
  const progress = progressStore(connection);
  const { cases, contents, relay } = aRelay(connection, {
    handlers: handlersOf(connection),
    project: ({ id, seq, owner, round: inRound }) =>
      progress.put({
        tenant,
        case: id,
        code: `DT-${id}`,
        kind: 'estimate',
        title: 'Dự toán',
        owner,
        round: inRound,
        state: 'submitted',
        status: 'active',
        since: '2025-09-10T02:00:00.000Z',
        due: null,
        dueSure: true,
        amount: 1_000,
        waitsFor: [],
        agencies: [owner],
        seq,
      }),
  });

  const born = await cases.create(aCase('a', [aNotice('born')]));
  await attachmentStore(connection).put(
    { tenant, id: 'a' },
    {
      name: 'nghi-quyet.pdf',
      mime: 'application/pdf',
      by: 'p1',
      at: '2025-09-10T02:00:00.000Z',
      bytes: scan,
    },
  );
  await drafts.save(
    { tenant, id: 'a' },
    { part: 'content', rev: 0, body: { lines: [] }, editors: ['p1'] },
    0,
  );
  await contents.put(tenant, { kind: 'estimate', lines: [] });
  await registerStore(connection).hold({ ...register, key: 'a:TTr:1' });
  await turnStore(connection).take({ ...round, case: 'a', code: 'DT-a', seq: 2 }, null);
  await createRoundStore(connection).save(aRound(round.round, { [cell.slice(-4)]: 1_000 }));
  await ledgerStore(connection).hold({ ...round, lineage: 'a', ordinal: 1, cells: { [cell]: 600 }, seq: 2 });
  if (born.seq === 1)
    await cases.advance(
      born,
      aStep(born, [
        aNotice('issued'),
        { type: 'render', params: { document: 'estimateProposal', data: {} } },
        { type: 'ledger', params: { act: 'confirm', round: 'd1', lineage: 'a', ordinal: 1 } },
      ]),
    );
  await relay.drainAll();
}
