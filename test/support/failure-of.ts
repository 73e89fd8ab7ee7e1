import { isUportError } from '@uport-kit/core'

/** The code of what a call rejects with, and its reason where it has one; `none` where it does not. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (!isUportError(error)) return error instanceof Error ? error.name : 'no error'
    const { reason } = error.data as { readonly reason?: string }
    return reason === undefined ? error.code : `${error.code} ${reason}`
  }
  return 'none'
}
