import { ResourcePage } from '../../../resource/page/ResourcePage';
import { clusterPage } from './description';

export function ClusterPage() {
  return <ResourcePage description={clusterPage} />;
}
