// A plug-in of Stryker for `npm run mutate`.

/** Where the message stands among the arguments of an error's constructor. */
const positions = new Map([
  ['UportError', 1],
  ['TypeError', 0],
  ['DOMException', 0],
])

/** Leaves the wording of errors alone: programs match on codes and data, and those are mutated. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'messages',
    value: {
      shouldIgnore({ parent, listKey, key }) {
        if (parent?.type !== 'NewExpression' || listKey !== 'arguments') return undefined
        return positions.get(parent.callee.name) === key ? 'the wording of a message' : undefined
      },
    },
  },
]
