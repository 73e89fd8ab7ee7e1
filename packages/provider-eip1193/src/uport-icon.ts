/** A plain picture for lists of wallets: SVG of 96 by 96, without scripts or references. */
export const UPORT_ICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%2296%22 height=%2296%22 viewBox=%220 0 96 96%22%3E%3Crect width=%2296%22 height=%2296%22 rx=%2220%22 fill=%22%235c50ca%22/%3E%3Cpath d=%22M30 24v28a18 18 0 0 0 36 0V24%22 fill=%22none%22 stroke=%22%23fff%22 stroke-width=%2210%22 stroke-linecap=%22round%22/%3E%3C/svg%3E'
