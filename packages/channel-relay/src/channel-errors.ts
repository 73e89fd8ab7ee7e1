import { UportError } from '@uport-kit/core'

/** Nothing can come any more. */
export function channelClosed(channel: string): UportError<'CHANNEL_CLOSED'> {
  const message = 'The reply address was closed or has expired; make a new request.'
  return new UportError('CHANNEL_CLOSED', message, { data: { channel } })
}

/** Whoever answers is no relay of the kind that is asked. */
export function notThisProtocol(channel: string): UportError<'CHANNEL_FAILED'> {
  const message = 'The relay’s answer is not of this protocol; check its address and version.'
  return new UportError('CHANNEL_FAILED', message, { data: { channel } })
}
