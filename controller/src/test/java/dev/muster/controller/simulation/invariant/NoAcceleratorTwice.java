package dev.muster.controller.simulation.invariant;

import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.job.ResourceVector;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** No accelerator is given to two attempts at once: neither in what is stored nor in what runs. */
public final class NoAcceleratorTwice extends Invariant {

    private final long acceleratorsPerHost;
    private final Map<String, Long> inUse = new HashMap<>();
    private final Map<String, Long> promised = new HashMap<>();
    private final Map<String, Long> perHostByJob = new HashMap<>();

    public NoAcceleratorTwice(long acceleratorsPerHost) {
        this.acceleratorsPerHost = acceleratorsPerHost;
    }

    @Override
    public void ranksBegan(String host, StartRun order) {
        long used = inUse.merge(host, (long) order.accelerators(), Long::sum);
        require(
                used <= acceleratorsPerHost,
                () -> host + " uses " + used + " accelerators since " + order.name() + "/" + order.epoch()
                        + " began, and has " + acceleratorsPerHost);
    }

    @Override
    public void ranksEnded(String host, StartRun order, boolean succeeded) {
        inUse.merge(host, (long) -order.accelerators(), Long::sum);
    }

    @Override
    public void acceleratorsLacking(String host, StartRun order) {
        throw new Violation(
                name(),
                host + " was given to " + order.name() + "/" + order.epoch() + " while " + inUse.getOrDefault(host, 0L)
                        + " of its accelerators are in use");
    }

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        perHostByJob.put(job.uid(), job.spec().gang().perHost().amount(ResourceVector.ACCELERATORS));
    }

    @Override
    public void stored(Optional<PlacementRecord> before, PlacementRecord placement) {
        before.ifPresent(earlier -> book(earlier, -1));
        book(placement, 1);
    }

    private void book(PlacementRecord placement, int sign) {
        if (placement.endedAt().isPresent()) {
            return;
        }
        for (HostAssignment part : placement.everyHost()) {
            promised.merge(part.host(), sign * perHostByJob.getOrDefault(placement.jobUid(), 0L), Long::sum);
        }
    }

    @Override
    public void transactionStored() {
        promised.forEach((host, accelerators) -> require(
                accelerators <= acceleratorsPerHost,
                () -> accelerators + " accelerators of " + host + " are promised, and it has " + acceleratorsPerHost));
    }
}
