/** The shape of the Chinese words with any text in it: what another language must have, key for key. */
export type Words<Chinese> = {
  readonly [Key in keyof Chinese]: Chinese[Key] extends string ? string : Words<Chinese[Key]>
}
