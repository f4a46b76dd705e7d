import { UpdatePage } from '../../../resource/form/UpdatePage';
import { clusterForm } from '../form/description';

export function UpdateClusterPage() {
  return <UpdatePage description={clusterForm} />;
}
