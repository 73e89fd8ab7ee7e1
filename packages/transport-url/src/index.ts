export type { Page, PageStorage } from './page.ts'
export { RedirectChannel, type RedirectChannelOptions } from './redirect-channel.ts'
export { takeDeviceCode } from './take-device-code.ts'
export {
  anchorRenderer,
  type LinkRenderer,
  navigate,
  UrlTransport,
  type UrlTransportOptions,
} from './url-transport.ts'
export { LinkIntake } from './wallet/link-intake.ts'
export { RedirectReplySender, type RedirectReplySenderOptions } from './wallet/redirect-reply-sender.ts'
