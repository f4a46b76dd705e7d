import { ResourceListPage } from '../../../resource/list/ResourceListPage';
import { clusterList } from './description';

export function ClustersPage() {
  return <ResourceListPage list={clusterList} />;
}
