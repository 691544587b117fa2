import { DataTypeNode, GeneratedNode, RawNode } from 'kysely';
import type {
  AddColumnNode,
  AlterTableNode,
  ColumnDefinitionNode,
  CreateTableNode,
  KyselyPlugin,
  RootOperationNode,
} from 'kysely';

/**
 * Lets the same migrations make the same tables in PostgreSQL: whole numbers have 64 bits, a numeric key numbers itself, and texts
 * are sorted and compared by their bytes, whatever language the database was made for.
 */
export const sameColumns: KyselyPlugin = {
  transformQuery: ({ node }) => changed(node),
  transformResult: ({ result }) => Promise.resolve(result),
};

function changed(node: RootOperationNode): RootOperationNode {
  if (node.kind === 'CreateTableNode') {
    const table: CreateTableNode = { ...node, columns: node.columns.map(column) };
    return table;
  }
  if (node.kind === 'AlterTableNode' && node.columnAlterations !== undefined) {
    const table: AlterTableNode = {
      ...node,
      columnAlterations: node.columnAlterations.map((each) => (each.kind === 'AddColumnNode' ? added(each) : each)),
    };
    return table;
  }
  return node;
}

function added(node: AddColumnNode): AddColumnNode {
  return { ...node, column: column(node.column) };
}

function column(node: ColumnDefinitionNode): ColumnDefinitionNode {
  const { dataType, autoIncrement: _numbered, ...rest } = node;
  if (!DataTypeNode.is(dataType)) return node;
  if (dataType.dataType === 'text') return { ...node, dataType: RawNode.createWithSql('text COLLATE "C"') };
  if (dataType.dataType !== 'integer') return node;
  const wide: ColumnDefinitionNode = { ...rest, dataType: DataTypeNode.create('bigint') };
  if (node.primaryKey !== true) return wide;
  return { ...wide, generated: GeneratedNode.create({ identity: true, byDefault: true }) };
}
