/** What goes into an element. Text stays text: strangers wrote much of it. */
export type Child = Node | string | undefined | false | readonly Child[]

type Listeners = { readonly [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void }

export interface Props {
  readonly [attribute: string]: string | boolean | undefined | Listeners
  readonly on?: Listeners
}

/**
 * Makes an element by DOM calls alone: no markup is ever parsed, so the page's policy (Trusted Types) admits it.
 *
 * @param props attributes; true is an empty one, false and undefined none; `on` holds listeners
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'string') element.setAttribute(name, value)
    else if (value === true) element.setAttribute(name, '')
  }
  for (const [type, listener] of Object.entries(props.on ?? {})) {
    element.addEventListener(type, listener as EventListener)
  }
  append(element, children)
  return element
}

/** Appends what there is: lists are opened, what is left out is left out. */
function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue
    if (typeof child === 'string' || child instanceof Node) element.append(child)
    else append(element, child)
  }
}
