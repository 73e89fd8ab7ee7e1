// A tracked file that names a folder of one machine is wrong on every other.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/run.mjs'

const machinePath = /(?<![\w.:/@-])\/(?:home|Users|root|work|private\/var)\/[\w.-]+|\b[A-Z]:\\\\?Users\\/
const binary = /\.(png|jpg|gif|ico|woff2?)$/

const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')
let found = 0
for (const name of files) {
  if (name === '' || binary.test(name) || name === 'scripts/check-paths.mjs') continue
  readFileSync(join(root, name), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const match = machinePath.exec(line)
      if (match === null) return
      found += 1
      console.error(`${name}:${index + 1}: ${match[0]}`)
    })
}
console.log(`${files.length} files looked at, ${found} machine paths`)
process.exitCode = found === 0 ? 0 : 1
