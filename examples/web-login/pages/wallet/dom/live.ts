import { h } from './h.ts'

/** What can change while it is shown. */
export interface Changing {
  /** Calls back after changes. @returns ends it */
  onChange(listener: () => void): () => void
}

/** A part of a page, and what ends its work when it is taken away. */
export interface Part {
  readonly element: HTMLElement
  dispose(): void
}

/**
 * Shows what `load` finds, and again after each change. Of several loads that overlap the newest counts; what has the
 * focus keeps it where it is still there.
 */
export function live<Data>(
  changing: Changing,
  load: () => Promise<Data>,
  render: (data: Data) => readonly Node[],
  className = '',
): Part {
  const element = h('div', { class: className === '' ? 'live' : `live ${className}` })
  let round = 0
  let shown = ''
  let disposed = false
  const refresh = async (): Promise<void> => {
    const mine = ++round
    const data = await load()
    if (mine !== round || disposed) return
    const key = JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
    if (key === shown) return
    shown = key
    element.replaceChildren(...render(data))
  }
  const end = changing.onChange(() => void refresh())
  void refresh()
  return {
    element,
    dispose: () => {
      disposed = true
      end()
    },
  }
}
