// The names that pages use for what the API says; all of it is generated from api/openapi.yaml.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Machine = Schemas['Machine'];
export type Server = Schemas['Server'];
export type ServerState = Schemas['ServerState'];
export type Condition = Schemas['Condition'];
export type ServerSummary = Schemas['ServerSummary'];
export type ServerSummaryPage = Schemas['ServerSummaryPage'];
export type ServerDetail = Schemas['ServerDetail'];
/** One declared resource, as its kind knows it. Of one that has not been observed yet, `status` has no field. */
export type Resource<Spec extends object = object, Status extends object = object> = Omit<
  ServerDetail,
  'spec' | 'status'
> & { spec: Spec; status: Partial<Status> };
export type DeployAnswer = Schemas['DeployAnswer'];
export type DriftAnswer = Schemas['DriftAnswer'];
export type Credentials = Schemas['Credentials'];
export type PlanPreview = Schemas['PlanPreview'];
export type PlannedStep = Schemas['PlannedStep'];
export type Actor = Schemas['Actor'];
export type Operation = Schemas['Operation'];
export type OperationState = Schemas['OperationState'];
export type OperationDetail = Schemas['OperationDetail'];
export type OperationPage = Schemas['OperationPage'];
export type Step = Schemas['Step'];
export type StepState = Schemas['StepState'];
export type StepOutput = Schemas['StepOutput'];
export type OperationEvent = Schemas['Event'];
export type EventPage = Schemas['EventPage'];
export type Region = Schemas['Region'];
export type Size = Schemas['Size'];
export type Provider = Schemas['Provider'];
export type Session = Schemas['Session'];
export type Health = Schemas['Health'];

/** Problem details of the API; `status` is 0 when no answer came at all. */
export type Problem = Schemas['Problem'];
