import { CreatePage } from '../../../resource/form/CreatePage';
import { clusterForm } from '../form/description';

export function CreateClusterPage() {
  return <CreatePage description={clusterForm} />;
}
