import { CreatePage } from '../../../resource/form/CreatePage';
import { UpdatePage } from '../../../resource/form/UpdatePage';
import { clusterForm } from './description';

export function CreateClusterPage() {
  return <CreatePage description={clusterForm} />;
}

export function UpdateClusterPage() {
  return <UpdatePage description={clusterForm} />;
}
