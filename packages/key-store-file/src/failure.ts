import { isUportError, UportError } from '@uport-kit/core'

/** Another try may find what was short there again. */
const RETRYABLE = new Set(['EAGAIN', 'EBUSY', 'EMFILE', 'ENFILE', 'ENOENT', 'ENOSPC', 'EDQUOT', 'EINTR'])

export function storeFailed(reason: string, message: string, keyId?: string, cause?: unknown): UportError {
  const data = keyId === undefined ? { reason } : { reason, keyId }
  return new UportError('KEY_STORE_FAILED', message, { data, cause })
}

/** Another writer has the directory, and does not come to an end. */
export function storeBusy(): UportError {
  const message = 'Another process keeps writing to the key directory: try again, or see which one it is'
  return new UportError('KEY_STORE_FAILED', message, { data: { reason: 'busy' }, retryable: true })
}

/** A file of the store that cannot be read, told with the key's name; errors of other kinds stay as they are. */
export function damagedFile(error: unknown, keyId: string): unknown {
  if (!isUportError(error, 'KEYSTORE_JSON_INVALID')) return error
  const message = 'The file of this key is damaged: restore it from a backup, or remove it'
  return storeFailed('damaged', message, keyId, error)
}

/** The system's error code, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Gives a failure of the file system the framework's form. */
export async function fileOperation<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUportError(error)) throw error
    const code = systemCode(error)
    if (code === undefined) throw error
    throw new UportError(
      'KEY_STORE_FAILED',
      `The key directory cannot be used (${code}): check disk and rights`,
      {
        data: { reason: code },
        cause: error,
        retryable: RETRYABLE.has(code),
      },
    )
  }
}
