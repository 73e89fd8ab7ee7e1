// Builds every package. usage: npm run build

import { build } from './lib/build.mjs'

process.exitCode = (await build()) ? 0 : 1
