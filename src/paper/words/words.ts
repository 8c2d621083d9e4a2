import type { Language } from '../paper.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

type Worded<Chinese> = {
  readonly [Key in keyof Chinese]: Chinese[Key] extends string
    ? string
    : Chinese[Key] extends readonly string[]
      ? readonly string[]
      : Worded<Chinese[Key]>
}
/** The shape of the Chinese words with any text in it: a key missing in another language does not compile. */
export type Words = Worded<typeof zh>

export const wordsIn = (language: Language): Words => (language === 'zh' ? zh : en)

/** `{name}` filled in; a name that is not among the facts stays as it is. */
export function filled(text: string, facts: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(facts, name) ? String(facts[name]) : whole,
  )
}

/** The word for a code of the contract, or the code itself where it has none. */
export function wordOf(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? words[code]! : code
}
