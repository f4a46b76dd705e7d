import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useGetSizesQuery } from '../../../api/catalog';
import { formatCount, formatMoney } from '../../../parts/format';
import { nodeCount } from '../model/counts';
import type { RedisForm } from '../model/form';
import { monthlyUsd } from '../model/sizes';
import './form.css';

interface EditProps {
  form: RedisForm;
  planning: boolean;
  disabledReason?: string | undefined;
  onPlan: () => void;
  onCancel: () => void;
}

/** Below the form: what it comes to, and the way to the plan. */
export function EditActions({ form, planning, disabledReason, onPlan, onCancel }: EditProps) {
  const { data: sizes = [] } = useGetSizesQuery();
  const cost = monthlyUsd(form, sizes);
  return (
    <div className="cost-bar">
      <Box color="text-body-secondary">
        {formatCount(nodeCount(form), 'machine')}
        {cost !== null && `, ${formatMoney(cost)} a month`}
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
  onSubmit: () => void;
  onBack: () => void;
}

/** Below the plan: carry it out, or back to what was asked for. */
export function ReviewActions({ submitLabel, submitting, empty, onSubmit, onBack }: ReviewProps) {
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
            onClick={onSubmit}
          >
            {submitLabel}
          </Button>
        )}
      </SpaceBetween>
    </div>
  );
}
