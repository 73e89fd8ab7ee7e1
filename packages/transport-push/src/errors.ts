import type {} from '@uport-kit/core'

declare module '@uport-kit/core' {
  interface UportErrorData {
    /** The grant allows no push here: it has ended, brings no box key, or names no inbox that can be pushed to. Ask the person for a new one. */
    PUSH_GRANT_UNUSABLE: { readonly reason: 'expired' | 'no-box-key' | 'endpoint' }
    /** The push server refused the push. Retryable where it is overloaded; else the grant was revoked or is not ours: use another road. */
    PUSH_REFUSED: { readonly host: string; readonly status: number }
    /** The push was stored, and no wallet fetched it in time. The next road is taken where there is one. */
    PUSH_NOT_FETCHED: { readonly host: string; readonly seconds: number }
    /** The wallet's push server was not reached or refused. Retryable where another try may help. */
    PUSH_INBOX_FAILED: { readonly host: string; readonly status?: number | undefined }
  }
}
