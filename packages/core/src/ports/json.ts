/** Any JSON value, deeply readonly: what crosses a port is never mutated. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A JSON object, deeply readonly. */
export type JsonObject = { readonly [key: string]: Json }
