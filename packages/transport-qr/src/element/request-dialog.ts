import { strokes } from '../to-svg.ts'
import type { RequestMessages } from './messages.ts'
import { isRenewable, type RequestView } from './request-view.ts'
import { STYLES } from './styles.ts'

const SVG = 'http://www.w3.org/2000/svg'
/** Light modules around the code, as its standard asks. */
const QUIET_ZONE = 4

export interface DialogActions {
  readonly renew: () => void
  readonly dismiss: () => void
}

/**
 * The dialog in a shadow root. Everything is made by DOM calls and a constructed style sheet: a content security policy
 * without `unsafe-inline` admits it, and no text is ever parsed as markup.
 */
export class RequestDialog {
  readonly #root: ShadowRoot
  readonly #dialog = create('dialog', {
    'aria-labelledby': 'title',
    'aria-describedby': 'hint',
    part: 'dialog',
  })
  readonly #title = create('h2', { id: 'title', part: 'title', tabindex: '-1', autofocus: '' })
  readonly #hint = create('p', { id: 'hint' })
  readonly #link = create('a', { part: 'link', rel: 'noreferrer' })
  readonly #code = create('div', { class: 'code', part: 'code' })
  readonly #svg = document.createElementNS(SVG, 'svg')
  readonly #path = document.createElementNS(SVG, 'path')
  readonly #time = create('p', { class: 'time', role: 'timer' })
  readonly #status = create('p', { role: 'status' })
  readonly #renew = create('button', { type: 'button', class: 'primary', part: 'renew', hidden: '' })
  readonly #close = create('button', { type: 'button', part: 'close' })

  constructor(root: ShadowRoot, actions: DialogActions) {
    this.#root = root
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLES)
    root.adoptedStyleSheets = [sheet]
    this.#svg.setAttribute('role', 'img')
    this.#svg.setAttribute('shape-rendering', 'crispEdges')
    this.#svg.append(this.#path)
    this.#code.append(this.#svg)
    const body = create('div', { class: 'body' })
    body.append(
      this.#title,
      this.#hint,
      this.#code,
      this.#link,
      this.#time,
      this.#status,
      this.#renew,
      this.#close,
    )
    this.#dialog.append(body)
    this.#renew.addEventListener('click', actions.renew)
    this.#close.addEventListener('click', actions.dismiss)
    // Escape, and the back gesture of phones, close a modal dialog by themselves.
    this.#dialog.addEventListener('close', () => {
      if (!this.#dialog.open) actions.dismiss()
    })
    this.#dialog.addEventListener('keydown', (event) => this.#keepFocus(event))
    root.append(this.#dialog)
  }

  update(view: RequestView, messages: RequestMessages): void {
    if (view.phase === 'closed' || view.phase === 'done') {
      setText(this.#status, view.phase === 'done' ? messages.done : '')
      this.#dialog.close()
      return
    }
    const active = this.#root.activeElement
    setText(this.#title, messages.title)
    setText(this.#hint, view.moving === true ? messages.scanMoving : messages.scan)
    setText(this.#link, messages.open)
    setText(this.#renew, messages.renew)
    setText(this.#close, messages.close)
    setText(this.#status, messages[view.phase])
    this.#draw(view, messages)
    const offered = !this.#renew.hidden
    this.#renew.hidden = !isRenewable(view)
    // The focus begins at the title, on nothing that Enter would set off.
    if (!this.#dialog.open) this.#dialog.showModal()
    if (!offered && !this.#renew.hidden) this.#renew.focus()
    else if (active instanceof HTMLElement && active.hidden) this.#title.focus()
  }

  #draw({ qr, link, secondsLeft }: RequestView, messages: RequestMessages): void {
    this.#code.hidden = qr === undefined
    this.#hint.hidden = qr === undefined
    this.#link.hidden = link === undefined
    this.#time.hidden = secondsLeft === undefined
    this.#svg.setAttribute('aria-label', messages.code)
    if (qr !== undefined) {
      const side = qr.size + 2 * QUIET_ZONE
      this.#svg.setAttribute('viewBox', `0 0 ${side} ${side}`)
      this.#path.setAttribute('d', strokes(qr, QUIET_ZONE))
    } else this.#path.removeAttribute('d')
    if (link !== undefined) this.#link.setAttribute('href', link)
    else this.#link.removeAttribute('href')
    if (secondsLeft !== undefined) setText(this.#time, messages.timeLeft(secondsLeft))
  }

  /** In the order of the keyboard. */
  #focusables(): readonly HTMLElement[] {
    return [this.#link, this.#renew, this.#close].filter((element) => !element.hidden)
  }

  /** Tab goes round within the dialog. */
  #keepFocus(event: KeyboardEvent): void {
    if (event.key !== 'Tab') return
    const focusables = this.#focusables()
    const [from, to] = event.shiftKey
      ? [focusables[0], focusables.at(-1)]
      : [focusables.at(-1), focusables[0]]
    const active = this.#root.activeElement
    if (active !== from && focusables.some((element) => element === active)) return
    event.preventDefault()
    to?.focus()
  }
}

function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

/** Leaves equal text alone: a live region would say it again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
