-- The faults that an operation was begun for by Ashlar itself, "NODE WHAT" each: how long to wait
-- before the same is healed again is told from what earlier healings of it came to.
ALTER TABLE operations ADD COLUMN heals TEXT NOT NULL DEFAULT '[]';

-- The failed operation that it was begun beside, which is the resource's latest again afterwards.
ALTER TABLE operations ADD COLUMN beside TEXT NOT NULL DEFAULT '';
