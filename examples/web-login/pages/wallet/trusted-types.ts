interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

/**
 * Lets the page start its own workers and no others, where the browser demands that somebody vouches for what it runs. Markup
 * made of text stays impossible. It is the default policy: packages that start workers know of no policy's name.
 */
export function admitOwnScripts(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  // Browsers call a default policy with the kind and the place of the script, too.
  trustedTypes?.createPolicy('default', { createScriptURL: (url) => ownScript(url) })
}

/** @throws TypeError where it is no script of this site */
export function ownScript(text: string, base: string = location.href): string {
  const url = new URL(text, base)
  const isOwn =
    url.origin === new URL(base).origin && /^\/(?:service-worker\.js|assets\/[\w.-]+\.js)$/.test(url.pathname)
  if (!isOwn) throw new TypeError('The wallet runs its own scripts only.')
  return url.href
}
