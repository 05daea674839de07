import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { verifyExport } from '../engine/verifyExport.js';
import type { Running } from '../main.js';
import { exportJournal } from '../store/exportJournal.js';
import { verifyAccess, type VerifiedAccess } from '../store/verifyAccess.js';
import { verifyJournal } from '../store/verifyJournal.js';
import type { VerifiedStored } from '../store/verifyStored.js';
import { Complaint, say, tenantOf, within } from './running.js';

/** `verify-journal` and `export`: the journal, checked and taken outside. */
export const addJournal = (program: Command): void => {
  program
    .command('verify-journal')
    .description(
      'Checks the hash chain of one case or of all: finds any entry that was edited, deleted, inserted, swapped or cut off, and names it. Of all, also the access journal, users, roles, agencies, rounds and delegations against what was set last, and what lies around the journal: the fields of each case, what it owes, contents, summaries, papers, numbers, claims. With --file it checks an export with nothing but that file. Exit code 1 when anything is wrong.',
    )
    .argument('[case]', 'id or code of one case')
    .option('--file <path>', 'an export made by `totrinh export --journal`')
    .option('--tenant <id>', 'the city, where there are several')
    .option('--json', 'prints the outcome as JSON')
    .action(
      async (
        id: string | undefined,
        { file, tenant, json }: { file?: string; tenant?: string; json?: boolean },
      ) => {
        if (file !== undefined) {
          const verified = await verifyExport(createReadStream(file) as AsyncIterable<Buffer>);
          tellVerified(verified, json);
          return;
        }
        await within(async (running) => {
          const city = await tenantOf(running, tenant);
          const of = id === undefined ? undefined : await caseOf(running, city, id);
          const verified = await verifyJournal(running.connection, exportOf(running, city, of));
          const access = of === undefined ? await verifyAccess(running.connection, city) : undefined;
          const stored = of === undefined ? await running.workflow.verifyStored(city) : undefined;
          tellVerified(verified, json, access, stored);
        });
      },
    );

  program
    .command('export')
    .description(
      'Writes the journal of a city to a file (or standard output) that can be verified on its own.',
    )
    .requiredOption('--journal', 'exports the journal')
    .option('--tenant <id>', 'the city, where there are several')
    .option('--out <path>', 'the file to write; standard output when absent')
    .action(async ({ tenant, out }: { tenant?: string; out?: string }) => {
      await within(async (running) => {
        const lines = exportJournal(running.connection, exportOf(running, await tenantOf(running, tenant)));
        const ended = (async function* () {
          for await (const line of lines) yield `${line}\n`;
        })();
        await pipeline(Readable.from(ended), out === undefined ? process.stdout : createWriteStream(out), {
          end: out !== undefined,
        });
      });
    });
};

/** What an export holds: a city's journal, or one case's. */
const exportOf = ({ stores, clock }: Running, tenant: string, only?: string) => ({
  tenant,
  only,
  at: clock.now(),
  journal: stores.journal,
  closings: stores.closings,
});

const caseOf = async ({ stores }: Running, tenant: string, named: string): Promise<string> => {
  if (await stores.cases.load({ tenant, id: named })) return named;
  for await (const id of stores.cases.ids(tenant)) {
    const found = await stores.cases.load({ tenant, id });
    if (found?.code === named) return id;
  }
  throw new Complaint(`Không có hồ sơ ${named}.`);
};

const tellVerified = (
  verified: Awaited<ReturnType<typeof verifyExport>>,
  json: boolean | undefined,
  access?: VerifiedAccess,
  stored?: VerifiedStored,
) => {
  const { entries, cases, closings, dayHead } = verified;
  const faults = [...verified.faults, ...(access?.faults ?? []), ...(stored?.faults ?? [])];
  if (json)
    say(JSON.stringify({ ...verified, ...(access && { access }), ...(stored && { stored }), faults }));
  else {
    say(`Đã kiểm tra ${entries} mục của ${cases} hồ sơ, ${closings} ngày khóa sổ.`);
    if (access) say(`Đã kiểm tra ${access.entries} mục nhật ký quản trị, ${access.settings} thiết lập.`);
    if (stored)
      say(
        `Đã đối chiếu ${stored.contents} nội dung, ${stored.summaries} bảng tóm tắt, ${stored.papers} văn bản, ${stored.attachments} tệp đính kèm, ${stored.numbers} số văn bản, ${stored.claims} khoản giữ vốn.`,
      );
    if (dayHead) say(`Dấu của ngày khóa sổ gần nhất: ${dayHead}`);
    for (const fault of faults) say(`SAI: ${JSON.stringify(fault)}`);
    say(faults.length === 0 ? 'Nhật ký nguyên vẹn.' : `${faults.length} chỗ sai.`);
  }
  if (faults.length > 0) process.exitCode = 1;
};
