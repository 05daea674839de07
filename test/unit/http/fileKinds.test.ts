import { describe, expect, it } from '@jest/globals';
import { mimeOf } from '../../../src/http/fileKinds.js';

const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe1]);
const end = Buffer.from([0xff, 0xd9]);
const drawn = (length: number) => Buffer.alloc(length, 0x5a);
const preview = Buffer.concat([drawn(2_000), end]);

describe('a picture that came whole', () => {
  it.each([
    ['ends with its end', [picture, drawn(90_000), end], 'scan.jpg'],
    [
      'has a film behind it, as telephones send',
      [picture, preview, drawn(90_000), end, drawn(200_000)],
      'a.JPEG',
    ],
    ['is short', [picture, drawn(500), end], 'stamp.jfif'],
  ])('%s', (_, pieces, name) => {
    expect(mimeOf(Buffer.concat(pieces), name)).toBe('image/jpeg');
  });

  it('does not end in the small picture that goes before it', () => {
    const cut = Buffer.concat([picture, preview, drawn(90_000)]);
    expect(() => mimeOf(cut, 'scan.jpg')).toThrow(/file\.cut/);
  });
});
