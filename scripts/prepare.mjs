// Makes a clone ready to run: installs what the lockfile says where that was not done, and builds what changed. Runs
// before `npm start` and `npm test`, uses nothing that is installed, and writes to standard error only.

import { build } from './lib/build.mjs'
import { linkCommands } from './lib/commands.mjs'
import { install, isInstalled } from './lib/install.mjs'

const leastNode = [20, 19]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
  fail(
    `uPort Kit needs Node ${leastNode.join('.')} or newer; this is ${process.versions.node}. Install a newer Node.`,
  )
}

if (!isInstalled('.')) {
  if (process.env.npm_execpath === undefined) fail('Dependencies are not installed. Run `npm ci` first.')
  console.error('Installing dependencies (the first time only)…')
  // NODE_ENV=production would leave the compiler out.
  const installed = await install('.', ['--include=dev'])
  if (installed !== 0) fail('The installation failed: see the lines above, then run `npm ci`.')
}

if (!(await build())) fail('The build failed: see the lines above.')
if (!(await linkCommands()))
  fail('The commands could not be linked: see the lines above, then run `npm rebuild`.')

/**
 * @param {string} line
 * @returns {never}
 */
function fail(line) {
  console.error(line)
  process.exit(1)
}
