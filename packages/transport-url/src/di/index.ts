import { defineModule, type KitModule, optional, TOKENS } from '@uport-kit/core/di'
import { RedirectChannel, type RedirectChannelOptions } from '../redirect-channel.ts'
import { UrlTransport, type UrlTransportOptions } from '../url-transport.ts'
import { LinkIntake } from '../wallet/link-intake.ts'
import { RedirectReplySender, type RedirectReplySenderOptions } from '../wallet/redirect-reply-sender.ts'

/** App side: sends requests as links. */
export function urlTransportModule(options: UrlTransportOptions): KitModule {
  return defineModule('transport-url', (m) => m.bind(TOKENS.Transport, {}, () => new UrlTransport(options)))
}

/** App side: receives replies by redirect into the page. */
export function redirectChannelModule(options: RedirectChannelOptions = {}): KitModule {
  return defineModule('transport-url/redirect', (m) =>
    m.bind(
      TOKENS.ReplyChannel,
      { clock: optional(TOKENS.Clock) },
      ({ clock }) => new RedirectChannel({ clock, ...options }),
    ),
  )
}

/** Wallet side: takes the links it is opened with, and answers by redirect. */
export function urlWalletModule(options: RedirectReplySenderOptions): KitModule {
  return defineModule('transport-url/wallet', (m) => {
    m.bind(TOKENS.Intake, {}, () => new LinkIntake())
    m.bind(TOKENS.ReplySender, {}, () => new RedirectReplySender(options))
  })
}
