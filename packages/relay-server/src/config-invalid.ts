import { UportError } from '@uport-kit/core'
import type {} from './errors.ts'

export function configInvalid(
  option: string,
  reason: string,
  cause?: unknown,
): UportError<'RELAY_CONFIG_INVALID'> {
  return new UportError('RELAY_CONFIG_INVALID', `${option}: ${reason}.`, {
    data: { option, reason },
    cause,
  })
}
