import type { ComponentType } from 'react';
import type { Resource } from '../../api/types';
import type { ActionChoice } from '../actions/actions';
import type { KindNames } from '../kind';
import type { Metric } from '../panels/series';
import type { ResourceTab } from './tabs';

/** An action that waits in its dialog, and the part of the resource that it is about when one was pointed at. */
export interface Chosen<Action extends string> {
  readonly action: Action;
  readonly about?: string;
}

/** What is shown: a resource, and what was observed of it last. */
export interface Shown<Spec extends object, Status extends object, Action extends string> {
  readonly resource: Resource<Spec, Status>;
  /** Null before it was observed. */
  readonly status: Status | null;
  /** Opens the dialog of an action. */
  readonly act: (chosen: Chosen<Action>) => void;
}

/** What is wrong with a resource, as it was observed. */
export interface Problems {
  readonly header: string;
  readonly lines: readonly string[];
  /** It does not do what it is for, rather than doing it with less in reserve. */
  readonly isDown: boolean;
}

/** What a kind adds to the page that every resource has. */
export interface PageDescription<Spec extends object, Status extends object, Action extends string> {
  readonly names: KindNames;
  readonly statusOf: (resource: Resource<Spec, Status>) => Status | null;
  readonly problemsOf: (status: Status) => Problems;
  readonly actionsOf: (
    resource: Resource<Spec, Status>,
    mayAct: (action: string) => boolean,
  ) => readonly ActionChoice<Action>[];
  /** The dialog of one action. */
  readonly Dialog: ComponentType<{
    resource: Resource<Spec, Status>;
    chosen: Chosen<Action>;
    onDismiss: () => void;
  }>;
  /** The action that mends drift, where there is one, and how much has drifted. */
  readonly heal?: { readonly action: Action; readonly countOf: (status: Status) => number };
  /** What is measured of it; without any, the page has no metrics. */
  readonly metrics: readonly Metric[];
  /** Overview, nodes, connect and the like, and tabs that no other kind has. Configuration and activity are there for
   *  any kind, and metrics when it has some. */
  readonly tabsOf: (shown: Shown<Spec, Status, Action>) => readonly ResourceTab[];
}
