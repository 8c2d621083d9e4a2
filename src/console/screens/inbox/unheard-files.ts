import type { DraftFile } from '../../../contract/media.ts'

type Named = Pick<DraftFile, 'upload' | 'name' | 'bytes'>

/**
 * Files that were chosen and of which the core has not heard yet, by name, in the window's own storage: when the page is gone
 * their bytes are too, and that is then said.
 */
export function unheardFiles(storage: Storage) {
  const key = (user: string, thread: string) => `duty-desk.files.${user}.${thread}`
  const named = (user: string, thread: string) =>
    JSON.parse(storage.getItem(key(user, thread)) ?? '[]') as Named[]
  function put(user: string, thread: string, files: readonly Named[]) {
    if (files.length > 0) storage.setItem(key(user, thread), JSON.stringify(files))
    else storage.removeItem(key(user, thread))
  }
  return {
    of: (user: string, thread: string): DraftFile[] =>
      named(user, thread).map((each) => ({ ...each, what: null, state: 'unfinished' })),
    add(user: string, thread: string, { upload, name, bytes }: Named) {
      put(user, thread, [...named(user, thread), { upload, name, bytes }])
    },
    /** The core has it now, or nobody wants it any more. */
    remove(user: string, thread: string, upload: string) {
      const left = named(user, thread).filter((each) => each.upload !== upload)
      put(user, thread, left)
    },
  }
}
