import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a directory and those above it, readable by their owner alone. Not by `mkdir`'s `recursive`: where nothing can be made, as in
 * `/proc`, Node 20 tries for ever.
 *
 * @throws as `mkdir`
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (cause) {
    if (isCode(cause, 'EEXIST') && (await stat(path)).isDirectory()) return
    if (!isCode(cause, 'ENOENT') || dirname(path) === path) throw cause
    await makeDirectory(dirname(path))
    await mkdir(path, { mode: 0o700 }).catch((again: unknown) => {
      // Another process made it meanwhile.
      if (!isCode(again, 'EEXIST')) throw again
    })
  }
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code
}
