/** npm's `solc` brings no types; this is the part that is used here. */
declare module 'solc' {
  const compiler: {
    /** Takes and gives the compiler's standard JSON. */
    compile(input: string): string
  }
  export default compiler
}
