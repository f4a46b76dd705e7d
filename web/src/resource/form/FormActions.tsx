import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { formatCount, formatMoney } from '../../parts/format';
import './form.css';

interface EditProps {
  /** What the form asks for comes to; the cost is null while it is not known. */
  sum: { machines: number; monthlyUsd: number | null };
  planning: boolean;
  disabledReason?: string | undefined;
  onPlan: () => void;
  onCancel: () => void;
}

/** Below the form: what it comes to, and the way to the plan. */
export function EditActions({
  sum: { machines, monthlyUsd },
  planning,
  disabledReason,
  onPlan,
  onCancel,
}: EditProps) {
  return (
    <div className="cost-bar">
      <Box color="text-body-secondary">
        {formatCount(machines, 'machine')}
        {monthlyUsd !== null && `, ${formatMoney(monthlyUsd)} a month`}
      </Box>
      <SpaceBetween size="xs" direction="horizontal">
        <Button variant="link" onClick={onCancel}>
          Cancel
        </Button>
        <Button
          variant="primary"
          loading={planning}
          loadingText="Planning"
          disabled={disabledReason !== undefined}
          disabledReason={disabledReason}
          onClick={onPlan}
        >
          Review plan
        </Button>
      </SpaceBetween>
    </div>
  );
}

interface ReviewProps {
  submitLabel: string;
  submitting: boolean;
  empty: boolean;
  disabledReason: string | undefined;
  onSubmit: () => void;
  onBack: () => void;
}

/** Below the plan: carry it out, or back to what was asked for. */
export function ReviewActions({
  submitLabel,
  submitting,
  empty,
  disabledReason,
  onSubmit,
  onBack,
}: ReviewProps) {
  return (
    <div className="cost-bar">
      <span />
      <SpaceBetween size="xs" direction="horizontal">
        <Button variant="link" onClick={onBack} disabled={submitting}>
          Back
        </Button>
        {!empty && (
          <Button
            variant="primary"
            loading={submitting}
            loadingText="Handing over the plan"
            disabled={disabledReason !== undefined}
            disabledReason={disabledReason}
            onClick={onSubmit}
          >
            {submitLabel}
          </Button>
        )}
      </SpaceBetween>
    </div>
  );
}
