// Two relays on a Redis Cluster under load, and everything that can fail failing. See `--help`.
//
// usage: npm run soak [-- --minutes <n>]

import { register } from 'node:module'

register('./lib/typescript-hooks.mjs', import.meta.url)
const { runSoakCommand } = await import('../test/soak/soak-command.ts')
process.exitCode = await runSoakCommand(process.argv.slice(2))
