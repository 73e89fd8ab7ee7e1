// RESULTS.md and its chart.

import { cpus, loadavg, release, totalmem, type } from 'node:os'

/** Where a line of the table is not reached, what is known of it. */
const REASONS = new Map([
  [
    'verify one JWT, native engine, against did-jwt 9',
    'what is left is libsecp256k1 itself, see its share; the ratio falls when other work shares the caches',
  ],
  [
    'share of native verification outside the curve',
    'hashing, two JSON texts and the event loop; by itself (scripts/check-speed.mjs) it was 15 %, beside busy neighbours it grows',
  ],
  [
    'verify ES256K-R by address, native, against did-jwt 9',
    'one recovery and one Keccak, which is all that an unknown address needs',
  ],
  [
    'the same, repeated address',
    'still one recovery: a mere verification would not notice a wrong recovery id, so only the Keccak is saved',
  ],
  [
    'verifyMany of 4,000 tokens on two threads against one',
    'needs two idle processors; the ratio by CPU time below tells what threads cost',
  ],
  [
    'MNID encode against mnid 0.1.3, Node',
    'Keccak in WebAssembly and base58 are what is left; by itself it was 6 times, beside busy neighbours it falls',
  ],
  [
    'MNID encode against mnid 0.1.3, as in a browser',
    'one unrolled Keccak permutation and base58 are what is left; the time of mnid was seen to vary fivefold between processes',
  ],
  [
    '100 cold resolutions at once, fetch-node, against uport-did-resolver 0.0.7, wall time',
    'a bare HTTP client needs a quarter; what is left is the work on each of 100 documents and the calls around it, see README.md',
  ],
])

/** @param {number} value */
const digits = (value) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
const time = (us) => (us >= 10_000 ? `${digits(us / 1000)} ms` : `${digits(us)} µs`)

export function isMet({ least, most, factor, share, count }) {
  const value = factor ?? share ?? count
  return (least === undefined || value >= least) && (most === undefined || value <= most)
}

function claimRow(claim) {
  const { work, least, most, factor, share, count } = claim
  const bound =
    least === undefined ? `at most ${share === undefined ? most : `${most * 100} %`}` : `at least ${least}x`
  const measured =
    factor === undefined
      ? share === undefined
        ? String(count)
        : `${(share * 100).toFixed(0)} %`
      : `${digits(factor)}x`
  const verdict = isMet(claim) ? 'met' : `not met: ${REASONS.get(work) ?? 'see the figures below'}`
  return `| ${work} | ${bound} | ${measured} | ${verdict} |`
}

export function renderResults(groups, versions) {
  const [{ model }] = cpus()
  const machine = `${model.trim()}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}`
  // What else ran shows in wall times first, and in shared caches.
  const load = `Load average while it was measured: ${loadavg()[1].toFixed(1)}; our own part of that is about 1.`
  const lines = [
    '# How fast',
    '',
    'Written by `npm run bench`. All contenders run in one process, in short batches whose order rotates. A ratio is the',
    'median of the ratios of CPU time in each round, a time the median of the times: the machine changes its pace, so trust',
    'the ratios more. Each contender is checked before it is timed, and the peers get fresh options for each call. Wall time',
    'is measured where it says so.',
    '',
    `Machine: ${machine}. ${load}`,
    '',
    `Against: ${versions.join(', ')}.`,
    '',
    '![Our time as a part of theirs](chart.svg)',
    '',
    '| work | promised | measured | |',
    '|---|---|---|---|',
    ...groups.flatMap(({ claims }) => claims.map(claimRow)),
    '',
    ...groups.flatMap(renderGroup),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function renderGroup({ title, note, rows }) {
  return [
    `## ${title}`,
    '',
    ...(note === undefined ? [] : [note, '']),
    '| | median | middle half |',
    '|---|---:|---:|',
    ...rows.map(({ name, us, low, high }) => `| ${name} | ${time(us)} | ${time(low)} to ${time(high)} |`),
    '',
  ]
}

/** Bars of measured factors on a logarithmic axis, with a mark at what is promised. */
export function renderChart(groups) {
  const claims = groups.flatMap((group) => group.claims).filter(({ factor }) => factor !== undefined)
  const [left, width, row, top] = [470, 420, 24, 34]
  const height = top + claims.length * row + 12
  const x = (factor) =>
    left + (Math.log10(Math.min(Math.max(factor, 0.5), 100) / 0.5) / Math.log10(200)) * width
  const grid = [1, 2, 5, 10, 20, 50, 100].map(
    (at) =>
      `<line x1="${x(at)}" y1="${top - 8}" x2="${x(at)}" y2="${height - 8}" stroke="#ddd"/><text x="${x(at)}" y="${top - 14}" text-anchor="middle" fill="#666">${at}x</text>`,
  )
  const bars = claims.map(({ work, factor, least }, index) => {
    const y = top + index * row
    const label = work.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    return [
      `<text x="${left - 8}" y="${y + 13}" text-anchor="end" fill="#222">${label}</text>`,
      `<rect x="${left}" y="${y + 2}" width="${(x(factor) - left).toFixed(1)}" height="15" fill="${factor >= least ? '#3a7d44' : '#b5651d'}"/>`,
      `<line x1="${x(least).toFixed(1)}" y1="${y}" x2="${x(least).toFixed(1)}" y2="${y + 19}" stroke="#000" stroke-width="2"/>`,
      `<text x="${(x(factor) + 6).toFixed(1)}" y="${y + 14}" fill="#222">${digits(factor)}x</text>`,
    ].join('')
  })
  const title = '<title>How many times as fast as the peers; the black mark is what is promised</title>'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 70} ${height}" font-family="sans-serif" font-size="12" role="img">${title}<rect width="100%" height="100%" fill="#fff"/>${grid.join('')}${bars.join('')}</svg>\n`
}
