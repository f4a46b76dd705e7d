import { kinds } from '../kinds/kinds';
import { ResourceListPage } from '../resource/list/ResourceListPage';
import { resourcesOf } from './resources/description';

const resources = resourcesOf(kinds);

/** Everything that is declared, of any kind. */
export function ResourcesPage() {
  return <ResourceListPage list={resources} />;
}
