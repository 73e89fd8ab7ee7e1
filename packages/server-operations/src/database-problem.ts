/** Why a LevelDB database cannot be opened. */
export interface DatabaseProblem {
  readonly reason: 'locked' | 'damaged' | 'unwritable'
  /** What it is and what to do, in one line. */
  readonly message: string
}

/**
 * Tells why a directory cannot be opened as a LevelDB database.
 *
 * @param server of which each needs a directory of its own, such as `relay`
 * @param cause what the database has thrown
 */
export function databaseProblem(directory: string, server: string, cause: unknown): DatabaseProblem {
  const codes = [codeOf(cause), cause instanceof Error ? codeOf(cause.cause) : undefined]
  if (codes.includes('LEVEL_LOCKED'))
    return {
      reason: 'locked',
      message: `Another process uses the data directory ${directory}; give each ${server} its own.`,
    }
  if (codes.includes('LEVEL_CORRUPTION'))
    return { reason: 'damaged', message: `The data in ${directory} is damaged; move it away or restore it.` }
  return {
    reason: 'unwritable',
    message: `Cannot write to the data directory ${directory}; check path and permissions.`,
  }
}

function codeOf(value: unknown): string | undefined {
  return value instanceof Error && 'code' in value && typeof value.code === 'string' ? value.code : undefined
}
