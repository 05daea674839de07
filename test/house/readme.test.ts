import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { statusOf } from '../../src/errors.js';

const root = process.cwd();
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The rows of the table under a heading, cell by cell. */
const tableUnder = (heading: string): string[][] => {
  const section = readme.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
};

const wordsOf = (folder: string): string =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|json)$/.test(file))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'))
    .join('\n');

describe('the README', () => {
  it('lists every error code with its status, and no other', () => {
    const listed = tableUnder('Error codes').map(([code = '', status]) => [
      code.replaceAll('`', ''),
      Number(status),
    ]);

    expect(Object.fromEntries(listed)).toEqual(statusOf);
    expect(listed).toHaveLength(Object.keys(statusOf).length);
  });

  it('maps every room of the app, and none that is not there', () => {
    const mapped = tableUnder('The rooms').flatMap(([cell = '']) =>
      [...cell.matchAll(/`([^`]+)\/`/g)].map((found) => found[1] ?? ''),
    );
    const inApp = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `src/${name}`);

    expect(mapped.filter((room) => !existsSync(join(root, room)))).toEqual([]);
    expect(inApp.filter((room) => !mapped.includes(room))).toEqual([]);
  });

  it('names commands that the package has', () => {
    const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object })
      .scripts;
    const named = [...readme.matchAll(/npm (?:run )?(start|test|demo|bench|check|build)\b/g)].map(
      (found) => found[1] ?? '',
    );

    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('explains words that the code and the wording use', () => {
    const code = `${wordsOf('workflows')}${wordsOf('src/engine')}`.toLowerCase();
    const wording = wordsOf('templates/messages/vi').toLowerCase().normalize('NFC');
    const rows = tableUnder('Glossary');

    expect(rows.length).toBeGreaterThan(15);
    expect(
      rows
        .filter(([, english = '']) => !code.includes((english.split(' ')[0] ?? '').toLowerCase()))
        .map(([, word]) => word),
    ).toEqual([]);
    expect(
      rows
        .filter(([vietnamese = '']) => !wording.includes(vietnamese.toLowerCase().normalize('NFC')))
        .map(([word]) => word),
    ).toEqual([]);
  });
});
