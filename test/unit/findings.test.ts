import { describe, expect, it } from '@jest/globals';
import { draftFindings } from '../../src/estimates/findings.js';
import { findingText } from '../../src/pages/findingsView.js';
import { createSay } from '../../src/pages/say.js';
import { sampleEstimates } from '../../src/seed/sampleEstimates.js';
import { createWording, languages } from '../../src/wording.js';
import { rulesetOn } from '../../workflows/rulesets.js';

describe('findings of a draft', () => {
  it('tell amounts that cannot be reckoned exactly in whole words, in both languages', async () => {
    const { lines, ...header } = sampleEstimates[0]!.input;
    const beyond = lines.map((line) => ({ ...line, quantity: 1e12, unitPrice: 9e15 }));
    const found = draftFindings({ header, lines: beyond }, { ruleset: rulesetOn('2025-09-30'), systems: [] });
    expect(found).toMatchObject([{ code: 'FORM_FIELD_WRONG', path: 'lines' }]);
    const sayIn = createSay(await createWording(), true);
    for (const language of languages) {
      const text = findingText(found[0]!, sayIn(language));
      expect(text).not.toMatch(/\{\{|field\.|problem\./);
    }
  });
});
