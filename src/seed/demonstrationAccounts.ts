import { accountOf, accountSuffixes } from './demonstration.js';

/** Accounts to try the demonstration city with, by what is done at that desk; its words are `pages:desk.<name>`. */
export const demonstrationAccounts: readonly {
  readonly desk: string;
  readonly usernames: readonly string[];
}[] = [
  { desk: 'writes', usernames: [accountOf('SYT', 'officer'), accountOf('SCT', 'officer')] },
  { desk: 'endorses', usernames: [accountOf('SXD', 'unitHead')] },
  { desk: 'signs', usernames: [accountOf('SYT', 'leader'), accountOf('SYT', 'deputy')] },
  { desk: 'issues', usernames: [accountOf('SNV', 'clerk')] },
  {
    desk: 'commune',
    usernames: [
      `31135.${accountSuffixes.officer}`,
      `31135.${accountSuffixes.leader}`,
      `31135.${accountSuffixes.clerk}`,
    ],
  },
  {
    desk: 'reviews',
    usernames: [
      accountOf('SKHCN', 'clerk'),
      accountOf('SKHCN', 'officer'),
      accountOf('SKHCN', 'unitHead'),
      accountOf('SKHCN', 'leader'),
    ],
  },
  { desk: 'security', usernames: [accountOf('CATP', 'officer')] },
  {
    desk: 'appraises',
    usernames: [
      accountOf('STC', 'clerk'),
      accountOf('STC', 'officer'),
      accountOf('STC', 'unitHead'),
      accountOf('STC', 'leader'),
    ],
  },
  { desk: 'checks', usernames: [accountOf('VP', 'officer')] },
  { desk: 'decides', usernames: [accountOf('UBND', 'leader')] },
  { desk: 'resolves', usernames: [accountOf('HDND', 'clerk')] },
  { desk: 'audits', usernames: ['kiemtoan'] },
  { desk: 'administers', usernames: ['quantri'] },
];
