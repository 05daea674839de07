import type { FieldFault, Refusal } from '../errors.js';
import { faultText } from '../http/faultText.js';
import { createWording } from '../wording.js';

/** A field as the option that gives it: `adminName` → `--admin-name`. */
export const optionOf = (field: string): string =>
  `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A refusal as the command line tells it: what is wrong with each option, in words and by its code. */
export const refusalTold = async ({ code, members }: Refusal): Promise<string> => {
  const { t } = await createWording();
  const { faults } = members as { faults?: readonly FieldFault[] };
  if (!faults) return t(`error.${code}`, members);
  return faults
    .map((fault) => `${faultText(fault, t, optionOf(fault.path.split('.')[0] ?? ''))} (${fault.code})`)
    .join('\n');
};
