/** Prints what happens, with the seconds since the start. */
export interface Timeline {
  step(name: string, text: string): void
  note(text: string): void
}

export function createTimeline(
  write: (text: string) => void,
  now: () => number = () => performance.now(),
): Timeline {
  const start = now()
  return {
    step(name, text) {
      const seconds = ((now() - start) / 1000).toFixed(2).padStart(6)
      write(`${seconds} s  ${name.padEnd(12)} ${text}\n`)
    },
    note(text) {
      write(`${' '.repeat(10)}${' '.repeat(13)}${text}\n`)
    },
  }
}
