import { defineModule, type KitModule, optional, TOKENS } from '@uport-kit/core/di'
import { QrTransport, type QrTransportOptions } from '../qr-transport.ts'

/** Adds a QrTransport; it takes the application's request publisher, where there is one. */
export function qrTransportModule(options: Omit<QrTransportOptions, 'publisher'>): KitModule {
  return defineModule('transport-qr', (m) =>
    m.bind(
      TOKENS.Transport,
      { publisher: optional(TOKENS.RequestPublisher) },
      ({ publisher }) => new QrTransport({ ...options, publisher }),
    ),
  )
}
