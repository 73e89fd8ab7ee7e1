// Builds every package. usage: npm run build

import { build } from './lib/build.mjs'
import { linkCommands } from './lib/commands.mjs'

process.exitCode = (await build()) && (await linkCommands()) ? 0 : 1
