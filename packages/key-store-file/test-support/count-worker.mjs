// Adds to a number in a file by reading and writing it, which goes wrong without a lock. Prints nothing.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@uport-kit/core'
import { DirectoryLock } from '../dist/directory-lock.js'

const [directory, times] = process.argv.slice(2)
const lock = new DirectoryLock(directory, systemClock())
const file = join(directory, 'number.txt')
for (let n = 0; n < Number(times); n++) {
  await lock.hold(async () => {
    const number = Number(await readFile(file, 'utf8'))
    await new Promise((resolve) => setImmediate(resolve))
    await writeFile(file, String(number + 1))
  }, {})
}
