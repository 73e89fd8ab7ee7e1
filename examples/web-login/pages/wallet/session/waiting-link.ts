/** Where a link's request waits while the person makes an identity: it survives a reload, and ends with the tab. */
const NAME = 'request-link'

export const waitingLink = Object.freeze({
  keep: (link: string): void => sessionStorage.setItem(NAME, link),
  isThere: (): boolean => sessionStorage.getItem(NAME) !== null,
  take(): string | undefined {
    const link = sessionStorage.getItem(NAME) ?? undefined
    sessionStorage.removeItem(NAME)
    return link
  },
})
