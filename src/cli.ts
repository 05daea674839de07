#!/usr/bin/env node
import { Command } from 'commander';
import { addDatabase } from './commands/database.js';
import { addDeadLetters } from './commands/deadLetters.js';
import { addHosts } from './commands/hosts.js';
import { addInit } from './commands/init.js';
import { addJournal } from './commands/journal.js';
import { addPapers } from './commands/papers.js';
import { complaintOf } from './commands/running.js';
import { addServing } from './commands/serve.js';
import { version } from './main.js';

const program = new Command('totrinh')
  .description('Tờ Trình: quy trình dự toán chuyển đổi số của thành phố, từ bản nháp đến quyết định phân bổ.')
  .version(version)
  .showHelpAfterError();

for (const add of [addServing, addInit, addHosts, addDatabase, addJournal, addPapers, addDeadLetters])
  add(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(complaintOf(error).message);
  process.exitCode = 1;
}
