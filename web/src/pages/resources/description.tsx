import { resourceHref } from '../../parts/resource-href';
import { pageHref, type KindNames } from '../../resource/kind';
import * as columns from '../../resource/list/columns';
import type { ListColumn, ListDescription } from '../../resource/list/description';
import { FirstResource } from './FirstResource';

/** A list over all of the given kinds. What is done with a resource is its kind's, and so on its page. */
export function resourcesOf(kinds: readonly KindNames[]): ListDescription {
  const namesOf = (kind: string) => kinds.find((one) => one.kind === kind);
  const hrefOf = ({ kind, id }: { kind: string; id: string }) => {
    const names = namesOf(kind);
    return names === undefined ? resourceHref(kind, id) : pageHref(names, id);
  };
  const kindColumn: ListColumn = {
    id: 'kind',
    header: 'Kind',
    cell: ({ kind }) => namesOf(kind)?.title.one ?? kind,
  };
  return {
    title: 'Resources',
    description: 'Everything that is declared, of any kind.',
    noun: { one: 'resource', many: 'resources' },
    viewKey: 'resources.view',
    columns: [
      columns.nameColumn(hrefOf),
      kindColumn,
      columns.stateColumn,
      columns.operationColumn,
      columns.regionColumn,
      columns.nodesColumn,
      columns.versionColumn,
      columns.costColumn,
      columns.ageColumn,
      columns.changedColumn,
    ],
    filters: { kinds: kinds.map(({ kind, title }) => ({ value: kind, label: title.many })) },
    hrefOf,
    FirstSteps: () => <FirstResource kinds={kinds} />,
  };
}
