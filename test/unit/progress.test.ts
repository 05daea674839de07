import { describe, expect, it } from '@jest/globals';
import { createProgress } from '../../src/demo/progress.js';

const told = (given: { width: number | null; verbose: boolean }) => {
  let written = '';
  let at = 0;
  const progress = createProgress({ ...given, write: (text) => (written += text), now: () => (at += 500) });
  progress.stage('29/9: trình ký');
  progress.step('Giám đốc, Sở Y tế', 'Ký tờ trình');
  progress.step('Văn thư, Sở Y tế', 'Cấp số và ban hành');
  progress.stage('30/9: tiếp nhận');
  progress.end();
  return written;
};

describe('the progress of a run', () => {
  it('is a line a part where nothing can be written over', () => {
    expect(told({ width: null, verbose: false })).toBe(
      '✓ 29/9: trình ký (2 việc, 0,5 giây)\n✓ 30/9: tiếp nhận (0 việc, 0,5 giây)\n',
    );
  });

  it('shows who does what on a screen, and leaves a line a part', () => {
    const lines = told({ width: 80, verbose: false }).split('\r\u001b[K');
    expect(lines).toContain('… Văn thư, Sở Y tế: Cấp số và ban hành');
    expect(lines.filter((line) => line.endsWith('\n'))).toHaveLength(2);
    for (const line of told({ width: 20, verbose: false }).split('\r\u001b[K'))
      if (!line.endsWith('\n')) expect(line.length).toBeLessThan(20);
  });

  it('has a line a step when asked for all', () => {
    expect(told({ width: 80, verbose: true }).split('\n').slice(0, 3)).toEqual([
      '29/9: trình ký',
      '    Giám đốc, Sở Y tế: Ký tờ trình',
      '    Văn thư, Sở Y tế: Cấp số và ban hành',
    ]);
  });
});
