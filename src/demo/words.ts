import { demonstrationAgencies } from '../seed/demonstration.js';
import { titleOf } from '../seed/people.js';
import { createWording } from '../wording.js';
import type { TellAct } from './acts.js';

type Act = Parameters<TellAct>[0];

/** How the demonstration names people, what they do and where cases stand, in the words of the pages. */
export const demonstrationWords = async () => {
  const { t } = await createWording();
  const agencies = new Map(demonstrationAgencies.map((agency) => [agency.ref, agency]));
  const starts: Readonly<Record<string, string>> = {
    estimate: t('inbox.startEstimate'),
    consolidation: t('inbox.startConsolidation'),
    allocation: t('inbox.startAllocation'),
  };
  return {
    /** `Giám đốc, Sở Y tế` */
    who({ agency: ref, role }: Act): string {
      const agency = agencies.get(ref);
      return agency ? `${titleOf(agency, role)}, ${agency.name}` : ref;
    },
    /** `Ký tờ trình, DT-2025-004` */
    what({ kind, type, code }: Act): string {
      const what = type === 'START' ? (starts[kind] ?? type) : t(`event.${kind}.${type}`);
      return code ? `${what}, ${code}` : what;
    },
    state: (kind: string, state: string): string => t(`state.${kind}.${state}`),
  };
};
export type DemonstrationWords = Awaited<ReturnType<typeof demonstrationWords>>;
