import type { Command } from 'commander';
import { Refusal, staleRecord } from '../errors.js';
import { parseValue } from '../http/parse.js';
import { saveCity } from '../people/cityHosts.js';
import { commandLine, type Tenant } from '../people/ports.js';
import { saveCityShape } from '../people/shapes.js';
import { refusalTold } from './refusalTold.js';
import { Complaint, say, tenantOf, within } from './running.js';

interface Asked {
  readonly tenant?: string;
  readonly hosts?: readonly string[];
}

/** `hosts`: under which names a city is reached; also where nobody of it can sign in any more. */
export const addHosts = (program: Command): void => {
  program
    .command('hosts')
    .description(
      'Shows under which host names a city is reached; with --hosts sets them. Where there are several cities each needs names of its own, by which requests tell whose they are.',
    )
    .option('--tenant <id>', 'the city, where there are several')
    .option('--hosts <names...>', 'all its host names, in place of those it has')
    .action(async ({ tenant, hosts }: Asked) => {
      await within(async (running) => {
        const { tenants } = running.stores;
        const id = await tenantOf(running, tenant);
        try {
          const stood = await tenants.get(id);
          if (!stood) throw new Refusal('NOT_FOUND', { city: id });
          const { name, place, rev } = stood;
          if (hosts) {
            const wished = parseValue<Omit<Tenant, 'id'>>(saveCityShape, { name, place, hosts }, '');
            if (!(await saveCity(tenants, { id, ...wished }, rev, commandLine)))
              throw staleRecord(rev, (await tenants.get(id))?.rev ?? 0);
          }
          say(`${name} (${id}): ${(hosts ?? stood.hosts).join(', ') || 'chưa có tên máy chủ'}`);
        } catch (error) {
          if (error instanceof Refusal) throw new Complaint(await refusalTold(error));
          throw error;
        }
      });
    });
};
