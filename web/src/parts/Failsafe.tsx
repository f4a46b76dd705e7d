import { Component, type ReactNode } from 'react';
import { ProblemAlert } from './ProblemAlert';

/** Shows what a page's code threw, or why it could not be loaded, in place of the page. Give it a `key` that changes
 *  with the page, or a failed one stays when another is opened. */
export class Failsafe extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <ProblemAlert error={error} onRetry={() => window.location.reload()} />;
  }
}
