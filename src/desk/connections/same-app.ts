import type { Station } from '../station/station.ts'

/**
 * The connection that leads to the same app of this corp, by name; null where there is none. An app is known by its secret
 * alone: one whose secret is not on this machine may be the same, and is taken to be. Two connections of one app
 * would share its few calls a minute without knowing of each other.
 */
export async function connectedAs(
  { views, linking }: Station,
  { corpid, secret }: { corpid: string; secret: string },
  except: string | null = null,
): Promise<string | null> {
  for (const row of views.connections.connections()) {
    if (row.id === except || row.corpid !== corpid) continue
    const kept = await linking.secrets.get(row.kept.secret).catch(() => null)
    if (kept === null || kept === secret) return row.name
  }
  return null
}
