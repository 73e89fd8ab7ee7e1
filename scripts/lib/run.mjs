import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The folder of the whole project, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** TypeScript's native compiler: several times faster than the one whose API the tools use. */
export const tsc = 'node_modules/typescript-native/bin/tsc'

/**
 * Runs a program of Node in the project's folder, its output where ours goes.
 *
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string | undefined>, stdout?: 'inherit' | 'stderr' }} [options]
 * @returns {Promise<number>} the exit code
 */
export function runNode(args, { env = {}, stdout = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['inherit', stdout === 'stderr' ? 2 : 'inherit', 'inherit'],
    })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
