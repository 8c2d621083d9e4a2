declare module 'benz-amr-recorder/src/amrnb.js' {
  /** Makes the worker it is called in decode AMR. */
  export default function listen(): void
}
