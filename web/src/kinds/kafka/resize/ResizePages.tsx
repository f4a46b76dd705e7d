import { ResizePage } from '../../../resource/resize/ResizePage';
import { clusterResize } from './description';

export function UpgradePage() {
  return <ResizePage description={clusterResize} direction="up" />;
}

export function DowngradePage() {
  return <ResizePage description={clusterResize} direction="down" />;
}
