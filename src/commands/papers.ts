import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { demonstrate } from '../demo/demo.js';
import { checkForm } from '../documents/checkForm.js';
import { loadConfig } from '../config.js';
import { progressOnScreen, say, tellLog } from './running.js';

/** `demo` and `check-form`: papers made and held against their form. */
export const addPapers = (program: Command): void => {
  program
    .command('demo')
    .description(
      'Plays the round of the plan of 22/9/2025 through the API, from twelve drafts to the allocation, writes every paper to out/demo/ and checks the outcome to the đồng. Empties and uses a database of its own. Exit code 1 when anything differs.',
    )
    .option('--out <folder>', 'where papers are written', join('out', 'demo'))
    .option('--verbose', 'a line for everything that somebody does, and log lines on standard output')
    .action(async ({ out, verbose = false }: { out: string; verbose?: boolean }) => {
      const settings = loadConfig();
      const progress = progressOnScreen(verbose);
      const right = await demonstrate(settings, { folder: out, say, progress });
      tellLog(settings);
      if (!right) process.exitCode = 1;
    });

  program
    .command('check-form')
    .description(
      'Reads PDF papers back and holds them against the form of decree 30/2020. Exit code 1 when one differs.',
    )
    .argument('<files...>', 'PDF files')
    .option('--json', 'prints all findings as JSON')
    .action(async (files: string[], { json }: { json?: boolean }) => {
      const findings = [];
      for (const file of files) {
        const { findings: found } = await checkForm(new Uint8Array(await readFile(file)));
        findings.push(...found.filter(({ ok }) => !ok).map((finding) => ({ file, ...finding })));
      }
      if (json) say(JSON.stringify(findings));
      else
        for (const { file, page, rule, found, expected } of findings)
          say(`${file}, trang ${page}: ${rule}: ${found}; cần ${expected}`);
      if (findings.length > 0) process.exitCode = 1;
      else if (!json) say(`${files.length} văn bản đúng thể thức.`);
    });
};
