// The direction of imports, as a rule that fails instead of a review comment. Tests may reach further than sources: a
// plug-in is tested against real counterparts.

import { readdirSync, readFileSync } from 'node:fs'

const packages = readdirSync(new URL('packages', import.meta.url))
/** Packages that put others together; every other one is core or a plug-in. */
const composers = ['devnet', 'conformance', 'wallet', 'compat', 'cli', 'sponsor-server', 'relay-server']
const plugins = packages.filter((name) => name !== 'core' && !composers.includes(name))
/** A package that compiles without Node's types runs in browsers. */
const browserSafe = packages.filter((name) => {
  const file = new URL(`packages/${name}/tsconfig.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).compilerOptions.types.length === 0
})

/** Tests, and what only tests import. */
const test =
  '[.]test[.]ts$|^packages/[^/]+/(?:src/)?test-support/|^packages/[^/]+/test/|^packages/conformance/src/broken/'
const anyOf = (names) => `(?:${names.join('|')})`

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Two files that import one another are one concept or three: merge them, or move what they share.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-stands-alone',
      comment: 'Everything may import core; core imports no other package of the workspace.',
      severity: 'error',
      from: { path: '^packages/core/', pathNot: test },
      to: { path: '^packages/(?!core/)|^examples/' },
    },
    {
      name: 'plug-ins-stay-apart',
      comment:
        'Plug-ins meet in the port interfaces of core and in an assembly, never in an import. What all servers share in operation is no plug-in.',
      severity: 'error',
      from: { path: `^packages/(${anyOf(plugins)})/`, pathNot: test },
      to: { path: '^packages/', pathNot: '^packages/(?:core|server-operations|$1)/' },
    },
    {
      name: 'devnet-shares-no-client-code',
      comment:
        'The devnet tests the clients, so it must not share their mistakes. Relay and sponsor are servers.',
      severity: 'error',
      from: { path: '^packages/devnet/' },
      to: { path: '^packages/(?!devnet/|relay-server/|sponsor-server/)' },
    },
    {
      name: 'nothing-imports-examples',
      comment: 'Examples are copied from, not built upon.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^examples/' },
    },
    {
      name: 'inversify-only-in-core-di',
      comment: 'The container wires; no class knows it.',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/core/src/di/|${test}` },
      to: { path: '(?:^|/)node_modules/@?inversify' },
    },
    {
      name: 'ethers-only-where-transactions-are-made',
      comment:
        "ethers' provider alone is 95 kB: only the ./ethereum and ./register entries and contract accounts load it.",
      severity: 'error',
      from: {
        path: '^packages/',
        pathNot: [
          '^packages/core/src/ethereum/',
          '^packages/account-contract/src/',
          '^packages/[^/]+/src/register/',
          test,
        ],
      },
      to: { path: '(?:^|/)node_modules/ethers/' },
    },
    {
      name: 'did-jwt-only-in-its-bridge',
      comment: 'The kernel does not depend on did-jwt; its bridge does.',
      severity: 'error',
      from: { path: '^packages/', pathNot: ['^packages/core/src/did-jwt/', test] },
      to: { path: '(?:^|/)node_modules/did-jwt' },
    },
    {
      name: 'browser-safe-packages-use-no-node',
      comment: 'The package runs in browsers. Take what you need from Node as an option.',
      severity: 'error',
      from: { path: `^packages/${anyOf(browserSafe)}/src/`, pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'conformance-harness-uses-no-node',
      comment: 'The cases run in browsers too, under vitest. Only the command may use Node.',
      severity: 'error',
      from: { path: '^packages/conformance/src/(?!command/|bin[.]ts)', pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'Whoever installs the package gets its dependencies and nothing else.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: test },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'sources-import-no-tests',
      comment: 'Tests are not published.',
      severity: 'error',
      from: { pathNot: `${test}|^examples/[^/]+/test/|^test/|^vitest[.]` },
      to: { path: `${test}|^examples/[^/]+/test/|^test/` },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere. Build first (`npm run build`), then look at the specifier.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['(?:^|/)node_modules/', '/dist/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
}
