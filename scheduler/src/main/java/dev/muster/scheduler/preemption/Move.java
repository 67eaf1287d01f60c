package dev.muster.scheduler.preemption;

import dev.muster.scheduler.workload.RunningJob;

/** A gang that goes on elsewhere, in whole or in part. */
public record Move(RunningJob before, RunningJob after) {

    /** How many of its pods and spares change their host. */
    public int pods() {
        int moved = 0;
        for (int index = 0; index < before.held().size(); index++) {
            String host = before.held().get(index).host();
            boolean stays = index < after.held().size()
                    && after.held().get(index).host().equals(host);
            moved += stays ? 0 : 1;
        }
        return moved;
    }
}
