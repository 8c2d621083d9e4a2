import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './station.ts'

/** Types of entries made with `draft(type, subject, data, content)` anywhere in the desk. */
export function typesWithContent(): string[] {
  const types = new Set<string>()
  for (const file of globSync('src/desk/**/*.ts', { cwd: root })) {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest)
    const visit = (node: ts.Node) => {
      if (
        ts.isCallExpression(node) &&
        node.expression.getText(source) === 'draft' &&
        node.arguments.length > 3
      ) {
        const [type] = node.arguments
        if (!ts.isStringLiteral(type!))
          throw new Error(`${file}: a type is written out: ${type!.getText(source)}`)
        types.add(type.text)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return [...types].sort()
}
