import { z } from '../../../contract/schema.ts'

/** Answers are read leniently: what may be left out may also be null, and a number may come as text. */

export const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value ?? '')
export const number = z.coerce.number().finite().catch(0)
/** Unix seconds as ms; null where there is none. */
export const moment = z.coerce
  .number()
  .finite()
  .catch(0)
  .transform((seconds) => (seconds > 0 ? seconds * 1_000 : null))
/** What of a list cannot be read is left out; the rest counts. */
export const list = <Item>(item: z.ZodType<Item>) =>
  z
    .array(z.unknown())
    .nullish()
    .catch([])
    .transform((all) =>
      (all ?? []).flatMap((one) => {
        const read = item.safeParse(one)
        return read.success ? [read.data] : []
      }),
    )
export const cursor = text.transform((value) => value || null)
export const nothing = z.object({})
