/** How the command ends. Scripts rely on these. */
export const EXIT = Object.freeze({
  done: 0,
  failed: 1,
  usage: 2,
  declined: 3,
  invalid: 4,
  temporary: 5,
  interrupted: 130,
})

/** What each code means, for help and reference. */
export const EXIT_MEANINGS: ReadonlyMap<number, string> = new Map([
  [EXIT.done, 'done'],
  [EXIT.failed, 'failed; the message says what to do'],
  [EXIT.usage, 'a mistake in the call or in the configuration: nothing was done'],
  [EXIT.declined, 'declined: by the person, or because nobody was there to approve'],
  [EXIT.invalid, 'the token is not valid; `verify` names the rule'],
  [EXIT.temporary, 'failed for now: network, chain or node; try again'],
  [EXIT.interrupted, 'interrupted'],
])
