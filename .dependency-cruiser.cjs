// The arrows between the rooms: no other import is allowed.
const slices =
  'estimates|consolidations|registrations|projectLists|supportRequests|allocations|monthlyReports|implementationPlans|people|documents|inbox|progress|search';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one idea, or a third one is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'unresolvable',
      comment: 'An import must lead somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'law-is-pure',
      comment: 'workflows/ is the law: XState and itself, no clock, no I/O, no node: modules.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { pathNot: ['^workflows/', '^node_modules/xstate/'] },
    },
    {
      name: 'app-does-not-know-its-tests',
      comment: 'What ships never imports what checks it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'app-stands-on-run-time-packages',
      comment: 'What ships must be there after `npm ci --omit=dev`.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'slices-stand-alone',
      comment: 'A slice is given what it needs in compose.ts; it never reaches into another one.',
      severity: 'error',
      from: { path: `^src/(${slices})/` },
      to: { path: `^src/(${slices})/`, pathNot: '^src/$1/' },
    },
    {
      name: 'slices-do-not-store',
      comment: 'Slices see ports, not the store.',
      severity: 'error',
      from: { path: `^src/(${slices})/` },
      to: { path: '^src/store/' },
    },
    {
      name: 'engine-is-mechanism',
      comment: 'The engine knows machines and ports: no store, no HTTP, no slice, no library of theirs.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: {
        path: [
          `^src/(store|http|outbox|${slices})/`,
          '^node_modules/(express|mongoose|mongodb|@types/express)/',
        ],
      },
    },
    {
      name: 'only-the-store-knows-the-database',
      comment: 'Queries live in src/store/, behind ports.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(store|embedded|people|compose|main|cli)' },
      to: { path: '^node_modules/(mongoose|mongodb)/' },
    },
    {
      name: 'setup-stands-alone',
      comment: 'src/embedded/ runs before the packages are installed: node: modules and itself.',
      severity: 'error',
      from: { path: '^src/embedded/', pathNot: '^src/embedded/downloadMongod.mjs$' },
      to: { pathNot: '^src/embedded/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'setup-is-not-the-app',
      comment: 'The app gets a database address; it does not know who found it.',
      severity: 'error',
      from: { path: '^(src|workflows)/', pathNot: '^src/embedded/' },
      to: { path: '^src/embedded/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|out|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
