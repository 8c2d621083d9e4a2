import type { Entry } from '../../ledger/entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../../ledger/erasure.ts'
import type { Content, Db } from '../view.ts'
import type { KeptAttachment, PlannedTask } from './entries.ts'
import type { Parts } from './parts.ts'

type Applies = Record<string, (entry: Entry, content: Content) => void>

/** What each entry changes in the tables of broadcasts. */
export function broadcastApplies(db: Db, parts: Parts): Applies {
  return { ...ofDrafts(db), ...ofTasks(db, parts), ...ofEnds(db) }
}

function ofDrafts(db: Db): Applies {
  const add = db.prepare(
    `INSERT INTO broadcast (n, id, version, state, attachments, drafted_by, drafted_at, writers)
     VALUES (@seq, @id, @seq, 'drafted', @attachments, @user, @at, json_array(@user))`,
  )
  const change = db.prepare(
    `UPDATE broadcast SET version = @seq, state = 'drafted', attachments = @attachments, declined = NULL,
       writers = CASE WHEN EXISTS (SELECT 1 FROM json_each(writers) WHERE value = @user) THEN writers
         ELSE json_insert(writers, '$[#]', @user) END
     WHERE id = @id`,
  )
  const decline = db.prepare(`UPDATE broadcast SET state = 'declined', declined = ? WHERE id = ?`)
  const image = db.prepare('INSERT OR IGNORE INTO broadcast_image (seq, sha256) VALUES (?, ?)')
  const erase = db.prepare('DELETE FROM broadcast_image WHERE seq IN (SELECT value FROM json_each(?))')
  const written = (write: typeof add) => (e: Entry, content: Content) => {
    const { seq, subject: id, actor, data, at } = e
    write.run({ seq, id, attachments: data.attachments, user: actor.user, at: Date.parse(at) })
    for (const each of (content?.attachments ?? []) as KeptAttachment[])
      if (each.kind === 'image') image.run(seq, each.sha256)
  }
  return {
    'broadcast.drafted': written(add),
    'broadcast.changed': (e, content) => {
      const { seq, subject: id, actor, data } = e
      change.run({ seq, id, attachments: data.attachments, user: actor.user })
      for (const each of (content?.attachments ?? []) as KeptAttachment[])
        if (each.kind === 'image') image.run(seq, each.sha256)
    },
    'broadcast.declined': (e) => decline.run(e.seq, e.subject),
    [CONTENT_ERASED]: (e) => erase.run(JSON.stringify(erasedSeqs(e.data))),
  }
}

function ofTasks(db: Db, parts: Parts): Applies {
  const approve = db.prepare(
    `UPDATE broadcast SET state = 'approved', approved_by = ?, approved_at = ? WHERE id = ?`,
  )
  const plan = db.prepare(
    `INSERT INTO broadcast_task (id, broadcast, place, connection, userid, state, residents, sent, not_friend, quota, unsent)
     VALUES (?, ?, ?, ?, ?, 'planned', ?, 0, 0, 0, 0)`,
  )
  const create = db.prepare(
    `UPDATE broadcast_task SET state = iif(state = 'cancelling', state, 'created'), msgid = ?, created_at = ?, code = NULL
     WHERE id = ?`,
  )
  const confirm = db.prepare(
    `UPDATE broadcast_task SET state = iif(state IN ('created', 'cancelling'), 'confirmed', state), confirmed_at = ? WHERE id = ?`,
  )
  const remind = db.prepare(
    'UPDATE broadcast_task SET reminded_at = ? WHERE id IN (SELECT value FROM json_each(?))',
  )
  const end = db.prepare('UPDATE broadcast_task SET state = ?, code = ? WHERE id = ?')
  const lapse = db.prepare(
    `UPDATE broadcast_task SET state = iif(state = 'confirmed', 'done', 'failed') WHERE id = ?`,
  )
  const leave = db.prepare(
    `UPDATE broadcast_recipient SET state = 'unsent' WHERE task = ? AND state = 'waiting'`,
  )
  const become = db.prepare(
    `UPDATE broadcast_recipient SET state = ?, sent_at = NULL
     WHERE task = ? AND n IN (SELECT value FROM json_each(?))`,
  )
  const send = db.prepare(
    `UPDATE broadcast_recipient SET state = 'sent', sent_at = ? WHERE task = ? AND n = ?`,
  )
  const count = db.prepare(
    `UPDATE broadcast_task SET (sent, not_friend, quota, unsent) = (
       SELECT count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'notFriend'),
         count(*) FILTER (WHERE state = 'quota'), count(*) FILTER (WHERE state = 'unsent')
       FROM broadcast_recipient WHERE task = broadcast_task.id
     ) WHERE id = ?`,
  )
  const done = db.prepare(
    `UPDATE broadcast_task SET state = 'done'
     WHERE id = ? AND state = 'confirmed' AND sent + not_friend + quota + unsent >= residents`,
  )
  const under = db.prepare(
    `UPDATE broadcast SET state = 'sending' WHERE id = ? AND state = 'approved' AND NOT EXISTS (
       SELECT 1 FROM broadcast_task WHERE broadcast = broadcast.id AND state = 'planned'
     )`,
  )
  const counted = (broadcast: string, task: unknown) => {
    count.run(task)
    done.run(task)
    under.run(broadcast)
  }
  const unsent = (task: unknown, places: unknown) => become.run('unsent', task, JSON.stringify(places))
  const onRows = (change: (e: Entry) => void) => (e: Entry) => {
    parts.fillTask(e.data.task)
    change(e)
  }
  return {
    'broadcast.approved': ({ subject, actor, at, data }) => {
      approve.run(actor.user, Date.parse(at), subject)
      for (const [place, each] of (data.tasks as PlannedTask[]).entries())
        plan.run(each.task, subject, place, each.connection, each.userid, each.residents)
    },
    'broadcast.addressed': (e) => parts.add(e),
    'broadcast.created': onRows(({ subject, at, data }) => {
      create.run(data.msgid, Date.parse(at), data.task)
      unsent(data.task, data.refused)
      counted(subject, data.task)
    }),
    'broadcast.narrowed': onRows(({ subject, data }) => {
      unsent(data.task, data.refused)
      counted(subject, data.task)
    }),
    'broadcast.taskFailed': onRows(({ subject, data }) => {
      end.run('failed', data.code, data.task)
      leave.run(data.task)
      counted(subject, data.task)
    }),
    'broadcast.confirmed': onRows(({ subject, data }) => {
      confirm.run(Date.parse(data.confirmedAt as string), data.task)
      counted(subject, data.task)
    }),
    'broadcast.progressed': onRows(({ subject, data }) => {
      for (const { n, at } of data.sent as { n: number; at: string }[]) send.run(Date.parse(at), data.task, n)
      become.run('notFriend', data.task, JSON.stringify(data.notFriend))
      become.run('quota', data.task, JSON.stringify(data.quota))
      counted(subject, data.task)
    }),
    'broadcast.reminded': ({ at, data }) => remind.run(Date.parse(at), JSON.stringify(data.tasks)),
    'broadcast.lapsed': onRows(({ subject, data }) => {
      lapse.run(data.task)
      leave.run(data.task)
      counted(subject, data.task)
    }),
    'broadcast.withdrawn': onRows(({ subject, data }) => {
      end.run('cancelled', data.code, data.task)
      leave.run(data.task)
      counted(subject, data.task)
    }),
  }
}

function ofEnds(db: Db): Applies {
  const end = db.prepare('UPDATE broadcast SET state = ?, ended_at = ? WHERE id = ?')
  const cancelTasks = db.prepare(
    `UPDATE broadcast_task SET state = 'cancelling'
     WHERE broadcast = ? AND state IN ('planned', 'created')`,
  )
  const ended = (state: string) => (e: Entry) => end.run(state, Date.parse(e.at), e.subject)
  return {
    'broadcast.cancelled': (e) => {
      ended('cancelled')(e)
      cancelTasks.run(e.subject)
    },
    'broadcast.finished': ended('finished'),
    'broadcast.failed': ended('failed'),
  }
}
