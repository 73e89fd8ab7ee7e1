// Measures against the peers. They are installed the first time; they live in bench/ and reach no user.
//
// usage: npm run bench [-- --quick]

import { install, isInstalled } from './lib/install.mjs'
import { runNode } from './lib/run.mjs'

if (!isInstalled('bench')) {
  console.error('Installing the packages to measure against (the first time only, about a minute)…')
  const code = await install('bench', ['--ignore-scripts'])
  if (code !== 0) {
    console.error('The installation failed: run `npm run bench` again, with a connection to the registry.')
    process.exit(1)
  }
}
process.exitCode = await runNode(['--expose-gc', '--no-warnings', 'bench/run.mjs', ...process.argv.slice(2)])
