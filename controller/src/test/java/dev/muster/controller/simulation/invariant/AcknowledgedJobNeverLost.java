package dev.muster.controller.simulation.invariant;

import dev.muster.controller.state.JobRecord;
import dev.muster.scheduler.job.JobKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A job whose user was told that it is taken stays on the disk, is the one he was told of, and ends exactly once. */
public final class AcknowledgedJobNeverLost extends Invariant {

    private final Map<JobKey, String> acknowledged = new HashMap<>();
    private final Map<JobKey, JobRecord> onDisk = new HashMap<>();

    @Override
    public void acknowledged(JobKey job, String uid) {
        acknowledged.put(job, uid);
        JobRecord stored = onDisk.get(job);
        require(stored != null, () -> job + " was acknowledged and is not stored");
        require(
                stored != null && stored.uid().equals(uid),
                () -> job + " was acknowledged as " + uid + " and is stored as " + stored);
    }

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        before.ifPresent(earlier -> {
            require(earlier.uid().equals(job.uid()), () -> job.key() + " was submitted twice");
            require(
                    !earlier.phase().isTerminal() || earlier.phase() == job.phase(),
                    () -> job.key() + " ended as " + earlier.phase() + " and is " + job.phase() + " now");
        });
        onDisk.put(job.key(), job);
    }

    @Override
    public void removed(JobRecord job) {
        onDisk.remove(job.key());
        require(!acknowledged.containsKey(job.key()), () -> job.key() + " was acknowledged and is removed");
    }

    @Override
    public void settled() {
        for (JobKey job : acknowledged.keySet()) {
            JobRecord stored = onDisk.get(job);
            require(
                    stored != null && stored.phase().isTerminal(),
                    () -> job + " was acknowledged and has not ended: " + stored);
        }
    }
}
