import { stat } from 'node:fs/promises'
import { systemCode } from './failure.ts'

/** Whether a process exists. Signal 0 asks that and sends nothing. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

/** Milliseconds since a file was last written; undefined where it is gone. */
export async function ageOf(path: string): Promise<number | undefined> {
  const stats = await stat(path).catch(() => undefined)
  return stats === undefined ? undefined : Date.now() - stats.mtimeMs
}
