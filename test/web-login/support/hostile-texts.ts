import type { BrowserContext, Page } from 'playwright-core'

/** An element that no page of ours has: one on the screen was made of a text. */
const MARK = 'uport-pwned'

/** Texts that attack whoever shows them, by what they try. Each runs `pwned()` where it gets to run anything. */
export const HOSTILE_TEXTS: ReadonlyMap<string, string> = new Map([
  ['markup', `<${MARK}><img src=x onerror=pwned()></${MARK}>`],
  ['a script', `</title></textarea><script>pwned()</script><${MARK}>`],
  ['a way out of an attribute', `" autofocus onfocus="pwned()" onmouseover='pwned()'><${MARK} x='`],
  ['an address that is a script', 'javascript:pwned()//https://bank.example'],
  ['a template', '{{constructor.constructor("pwned()")()}}<%= pwned() %>'],
  ['letters from right to left', 'Bank\u202eknaB\u2066\u2067\u200f of \u061cNothing'],
  ['invisible letters', 'Ad\u200bmi\u00adn\u2060\ufeff\u{e0041}\u3164 Bank'],
  ['line ends', 'Ada\r\n\u2028\u2029\u0085 approved.\n\nReceiver: https://bank.example'],
  ['marks that pile up', `Ba${'\u0335\u0327\u0489\u031b'.repeat(60)}nk`],
  ['a huge word', 'A'.repeat(600)],
])

/** What no text of a stranger brings onto the screen: directions, and what shows nothing. */
const DECEIVING =
  /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u00ad\ufeff\u3164\u{e0000}-\u{e007f}]/u

/** Lets the pages of a context tell what ran or was kept from running. */
export async function setTraps(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const caught: string[] = []
    Object.assign(globalThis, { caught, pwned: () => caught.push('a script ran') })
    addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) => {
      caught.push(`the page tried what its policy forbids: ${violatedDirective} ${sample}`)
    })
  })
  context.on('dialog', (dialog) => void dialog.dismiss())
}

/**
 * What is wrong with a page that shows hostile texts; nothing where they are inert.
 *
 * @param maxScreens how long the page may be without hiding what is at its end
 */
export async function harmOf(page: Page, maxScreens = 12): Promise<readonly string[]> {
  const seen = await page.evaluate((mark) => {
    const elements = [...document.querySelectorAll('*')]
    const attributes = elements.flatMap((element) => [...element.attributes])
    const caught: readonly string[] = Reflect.get(globalThis, 'caught')
    const links = [...document.querySelectorAll('a[href], form[action]')]
    const values = elements.flatMap((element) => (element instanceof HTMLInputElement ? [element.value] : []))
    return {
      caught,
      marked: document.querySelectorAll(mark).length,
      handlers: attributes.map(({ name }) => name).filter((name) => /^on/i.test(name)),
      schemes: links.map(
        (link) =>
          new URL(link.getAttribute('href') ?? link.getAttribute('action') ?? '', location.href).protocol,
      ),
      texts: [document.body.textContent, document.title, ...attributes.map(({ value }) => value), ...values],
      title: document.title,
      tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      screens: document.documentElement.scrollHeight / innerHeight,
    }
  }, MARK)
  const harm = [...seen.caught]
  if (seen.marked > 0) harm.push('an element was made of a text')
  if (seen.handlers.length > 0) harm.push(`handlers in attributes: ${seen.handlers}`)
  const schemes = seen.schemes.filter((scheme) => !/^(?:https?|blob|mailto|me\.uport):$/.test(scheme))
  if (schemes.length > 0) harm.push(`links to ${schemes}`)
  const deceiving = seen.texts.find((text) => DECEIVING.test(text ?? ''))
  if (deceiving != null) {
    const at = deceiving.search(DECEIVING)
    harm.push(`deceives the eye: ${escape(deceiving.slice(Math.max(0, at - 60), at + 20))}`)
  }
  if (!/^[\w ,.·’“”…-]{1,80}$/.test(seen.title)) harm.push(`the title is ${JSON.stringify(seen.title)}`)
  if (seen.tooWide > 0) harm.push(`${seen.tooWide} pixels wider than the screen`)
  if (seen.screens > maxScreens) harm.push(`${Math.round(seen.screens)} screens high`)
  return harm
}
