/** System colours follow light and dark by themselves, and forced colours too; the code is dark on light always. */
export const STYLES = `
:host { display: contents; color-scheme: light dark; }
[hidden] { display: none !important; }
dialog {
  box-sizing: border-box; width: min(22rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); overflow: auto;
  padding: 1.25rem; border: 1px solid GrayText; border-radius: 0.75rem;
  background: Canvas; color: CanvasText; font: 1rem/1.4 system-ui, sans-serif; text-align: center;
}
dialog::backdrop { background: rgb(0 0 0 / 60%); }
.body { display: flex; flex-direction: column; gap: 0.75rem; align-items: stretch; }
h2, p { margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; outline: none; }
.code { background: #fff; border-radius: 0.5rem; }
svg { display: block; width: 100%; height: auto; }
svg path { stroke: #000; fill: none; }
a { color: LinkText; padding: 0.5rem; }
button { font: inherit; min-height: 2.75rem; padding: 0.5rem 1rem; border-radius: 0.5rem; cursor: pointer; }
button { border: 1px solid GrayText; background: ButtonFace; color: ButtonText; }
button.primary { border-color: transparent; background: var(--uport-accent, #1a4fb8); color: var(--uport-on-accent, #fff); }
button:focus-visible, a:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
.time { font-variant-numeric: tabular-nums; }
@media (pointer: coarse) {
  a { order: -1; border-radius: 0.5rem; text-decoration: none;
    background: var(--uport-accent, #1a4fb8); color: var(--uport-on-accent, #fff); }
  h2 { order: -2; }
}
@media (prefers-reduced-motion: no-preference) {
  dialog[open] { animation: appear 120ms ease-out; }
  @keyframes appear { from { transform: translateY(0.5rem); } }
}
`
