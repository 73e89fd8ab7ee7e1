/** Line drawings of 24 by 24; each string is one path. */
const PATHS = {
  home: ['M3.5 11 12 4l8.5 7', 'M5.5 9.5V20h13V9.5', 'M10 20v-6h4v6'],
  card: [
    'M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1Z',
    'M7 14h5',
    'M7 10h3',
    'M16 10.5a1.6 1.6 0 1 0 0 .01',
  ],
  coins: [
    'M12 9.5c4 0 7-1.2 7-2.8S16 4 12 4 5 5.1 5 6.7s3 2.8 7 2.8Z',
    'M5 6.7V12c0 1.6 3 2.8 7 2.8s7-1.2 7-2.8V6.7',
    'M5 12v5.2C5 18.8 8 20 12 20s7-1.2 7-2.8V12',
  ],
  clock: ['M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z', 'M12 7.5V12l3 2'],
  gear: [
    'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
    'M12 2.8v2.6M12 18.6v2.6M2.8 12h2.6M18.6 12h2.6M5.5 5.5l1.8 1.8M16.7 16.7l1.8 1.8M18.5 5.5l-1.8 1.8M7.3 16.7l-1.8 1.8',
  ],
  scan: [
    'M4 8.5V5a1 1 0 0 1 1-1h3.5',
    'M15.5 4H19a1 1 0 0 1 1 1v3.5',
    'M20 15.5V19a1 1 0 0 1-1 1h-3.5',
    'M8.5 20H5a1 1 0 0 1-1-1v-3.5',
    'M8 12h8',
  ],
  link: [
    'M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1',
    'M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  ],
  bell: ['M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15L6 16.5Z', 'M10 20.5h4'],
  shield: ['M12 3.2 19 6v5.5c0 4.3-2.8 7.5-7 9.3-4.2-1.8-7-5-7-9.3V6l7-2.8Z', 'm8.8 12 2.2 2.2 4.2-4.4'],
  warning: ['M12 4 21 19.5H3L12 4Z', 'M12 10v4.5', 'M12 17.2v.01'],
  check: ['m5 12.5 4.5 4.5L19 7.5'],
  cross: ['M6 6l12 12', 'M18 6 6 18'],
  back: ['M14.5 5.5 8 12l6.5 6.5'],
  next: ['m9.5 5.5 6.5 6.5-6.5 6.5'],
  copy: ['M9 9h10v11H9z', 'M15 9V4H5v11h4'],
  person: ['M12 4.5a3.7 3.7 0 1 0 0 7.4 3.7 3.7 0 0 0 0-7.4Z', 'M5 20c.5-3.8 3.4-5.8 7-5.8s6.5 2 7 5.8'],
  key: ['M8 11.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z', 'M11 12.5 19.5 4', 'M16 7.5l3 3'],
  pen: ['M4 20l1-4.5L16.5 4 20 7.5 8.5 19 4 20Z', 'M14 6.5 17.5 10'],
  send: ['M4 12 20 4.5 15 20l-3.5-6.5L4 12Z', 'M11.5 13.5 20 4.5'],
  globe: [
    'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z',
    'M3.5 12h17',
    'M12 3.5c2.5 2.3 3.7 5.1 3.7 8.5s-1.2 6.2-3.7 8.5c-2.5-2.3-3.7-5.1-3.7-8.5s1.2-6.2 3.7-8.5Z',
  ],
  trash: ['M5 7h14', 'M9.5 7V4.5h5V7', 'M6.5 7l1 13h9l1-13', 'M10.3 10.5l.3 6M13.7 10.5l-.3 6'],
  download: ['M12 4v11', 'm7 11 5 5 5-5', 'M5 20h14'],
  image: ['M4 5h16v14H4z', 'm4 16 4.5-4.5 4 4 2.5-2.5 5 5', 'M15.5 8.8v.01'],
  lock: ['M6 11h12v9H6z', 'M8.5 11V8a3.5 3.5 0 0 1 7 0v3'],
  swap: ['M5 8.5h13', 'm15 5.5 3 3-3 3', 'M19 15.5H6', 'm9 12.5-3 3 3 3'],
} as const

export type IconName = keyof typeof PATHS

const SVG = 'http://www.w3.org/2000/svg'

/** A drawing that says nothing to those who do not see it: the words beside it do. */
export function icon(name: IconName, className = 'icon'): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  const attributes = { viewBox: '0 0 24 24', class: className, 'aria-hidden': 'true', focusable: 'false' }
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value)
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('d', d)
    svg.append(path)
  }
  return svg
}
