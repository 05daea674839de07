import { describe, expect, it } from '@jest/globals';
import type { Attachments } from '../../../src/engine/attachments.js';
import type { Case } from '../../../src/engine/ports.js';
import { estimateApi } from '../../../src/estimates/api.js';
import { attachmentRoutes } from '../../../src/http/attachmentRoutes.js';
import { aCity } from '../../builders/city.js';
import { peopleOf } from '../../builders/roads.js';
import { aScan } from '../../fakes/memoryAttachments.js';

const named = '1'.repeat(64);
const unnamed = '2'.repeat(64);

describe("a council's resolution", () => {
  it('is read through each estimate on which it decides, and no other file of its case is', async () => {
    const city = aCity();
    const { officer } = peopleOf('SYT');
    const begun = await city.load((await city.start(officer, 'estimate')).id);
    const decided = (outside: object | null): Case => ({
      ...begun,
      context: { ...begun.context, decision: { case: 'table', number: null, outside, reason: null } },
    });
    /** The table has two files, the estimate none. */
    const attachments: Pick<Attachments, 'find' | 'read'> = {
      find: ({ id }, hash) =>
        Promise.resolve(
          id === 'table'
            ? { hash, name: 'a.pdf', mime: 'application/pdf', size: 1, by: 'x', at: city.clock.now() }
            : null,
        ),
      read: () => Promise.resolve(aScan),
    };
    const read = async (found: Case, hash: string) => {
      const routes = attachmentRoutes({
        engine: { read: () => Promise.resolve(found), options: () => Promise.resolve([]) },
        kinds: [estimateApi(city.given)],
        attachments: attachments as Attachments,
        clock: city.clock,
      });
      const read = routes.find(({ path }) => path.endsWith('/:hash'))!;
      return read.handler({ person: officer, params: { id: found.id, hash } } as never);
    };
    const resolved = decided({
      ...{ number: '25/NQ-HĐND', date: '2025-10-30' },
      ...{ signer: 'Chủ tịch', file: named },
    });
    expect(await read(resolved, named)).toMatchObject({ headers: { 'X-Content-SHA256': named } });
    await expect(read(resolved, unnamed)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(read(decided(null), named)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
