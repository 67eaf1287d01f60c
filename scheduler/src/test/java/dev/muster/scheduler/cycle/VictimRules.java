package dev.muster.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may be stopped for whom, worked out anew from what runs before and after. */
final class VictimRules {

    private final RunsLedger before;
    private final RunsLedger after;
    private final CyclePolicy policy;
    private final Instant now;

    VictimRules(RunsLedger before, RunsLedger after, CyclePolicy policy, Instant now) {
        this.before = before;
        this.after = after;
        this.policy = policy;
        this.now = now;
    }

    void assertAllowed(String name, Start start) {
        assertThat(policy.preemption() || start.preemptions().isEmpty())
                .as(name)
                .isTrue();
        assertThat(policy.consolidation() || start.moves().isEmpty()).as(name).isTrue();
        assertThat(start.preemptions().isEmpty() || start.moves().isEmpty())
                .as(name + ": either moves or stops")
                .isTrue();
        for (Preemption preemption : start.preemptions()) {
            assertAllowed(name + ": " + preemption.victim() + " for " + start.job(), start.job(), preemption);
        }
        for (Change move : start.moves()) {
            assertThat(move.before().job().movable()).as(name + " moves").isTrue();
            assertThat(move.before().job().pinned()).as(name + " moves").isFalse();
            assertThat(move.after().pods())
                    .as(name + " moves")
                    .hasSameSizeAs(move.before().pods());
        }
    }

    private void assertAllowed(String name, WaitingJob job, Preemption preemption) {
        RunningJob victim = preemption.victim();
        assertThat(victim.job().preemptible()).as(name + " is not preemptible").isTrue();
        assertThat(victim.startedAt().plus(victim.job().minRuntime()))
                .as(name + " is protected")
                .isBeforeOrEqualTo(now);
        preemption.left().ifPresent(left -> {
            assertThat(policy.elasticity()).as(name).isTrue();
            assertThat(victim.pods()).as(name).containsAll(left.pods());
            assertThat(left.pods().size()).as(name).isLessThan(victim.pods().size());
        });
        if (victim.queue().equals(job.queue())) {
            assertThat(victim.priority()).as(name + " is as important").isLessThan(job.priority());
            return;
        }
        boolean byPriority = policy.priorityAcrossQueues() && victim.priority() < job.priority();
        boolean outranks = policy.priorityAcrossQueues() && victim.priority() > job.priority();
        assertThat(reclaims(job, victim.queue()) || (!outranks && isFair(job.queue(), victim.queue())) || byPriority)
                .as(name + " is neither borrowed, nor more than a fair share, nor less important")
                .isTrue();
        assertThat(keepsGuarantees(job.queue(), victim.queue()))
                .as(name + " falls below its guarantee")
                .isTrue();
    }

    /** The job's queue stays within the nearest guarantee, in all that the guarantee names and the job takes; the other has no part in it. */
    private boolean reclaims(WaitingJob job, String from) {
        List<String> path = after.path(job.queue());
        Optional<QueueSpec> guarantor = Optional.empty();
        for (String at : path) {
            QueueSpec queue = after.queue(at);
            guarantor = queue.guaranteed().isZero() ? guarantor : Optional.of(queue);
        }
        if (guarantor.isEmpty()
                || !guarantor.get().reclaim()
                || after.path(from).contains(guarantor.get().name())
                || !after.queue(job.queue()).reclaim()) {
            return false;
        }
        ResourceVector usage = after.usage(guarantor.get().name());
        ResourceVector guaranteed = guarantor.get().guaranteed();
        return guaranteed.amounts().keySet().stream()
                .filter(resource -> job.request().leastTotal().amount(resource) > 0)
                .allMatch(resource -> usage.amount(resource) <= guaranteed.amount(resource));
    }

    private boolean isFair(String own, String other) {
        Sides sides = parting(own, other);
        double ownAfter = after.share(sides.own());
        double otherAfter = after.share(sides.other());
        return ownAfter <= otherAfter && ownAfter < before.share(sides.other());
    }

    private record Sides(String own, String other) {}

    /** The first queues on the ways to two queues that are not the same. */
    private Sides parting(String own, String other) {
        List<String> ownPath = after.path(own);
        List<String> otherPath = after.path(other);
        int depth = 0;
        while (ownPath.get(depth).equals(otherPath.get(depth))) {
            depth++;
        }
        return new Sides(ownPath.get(depth), otherPath.get(depth));
    }

    /** Queues that do not hold the job too: what they lost, they held beyond their guarantee. */
    private boolean keepsGuarantees(String own, String other) {
        List<String> takers = after.path(own);
        for (String queue : after.path(other)) {
            if (takers.contains(queue)) {
                continue;
            }
            ResourceVector left = after.usage(queue);
            ResourceVector had = before.usage(queue);
            for (Map.Entry<String, Long> promise :
                    after.queue(queue).guaranteed().amounts().entrySet()) {
                long amount = left.amount(promise.getKey());
                if (amount < had.amount(promise.getKey()) && amount < promise.getValue()) {
                    return false;
                }
            }
        }
        return true;
    }
}
