package dev.muster.scheduler.preemption;

import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.queue.Queue;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.queue.QueueTrial;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who may be taken for a job at all, whatever else is taken. {@link Ledger} knows what holds for several together.
 *
 * <p>The rules, each judged as things would stand afterwards:
 * <ol>
 *   <li>In the job's own queue: lower priority.
 *   <li>Reclaim: the job's queue stays within its guarantee, and may reclaim. Where that is the guarantee of a queue above, the others
 *       below that one have borrowed nothing from it.
 *   <li>Fair share: the share of the job's queue is not larger than the other's, and smaller than the other's was before: a swap of
 *       equals helps nobody.
 *   <li>Where priority counts across queues: lower priority. Then a higher one is safe from the fair share: what the one takes the
 *       other would take back, without end.
 * </ol>
 * From other queues only what they hold beyond their guarantees is taken, by whichever rule: what they could claim back at once would
 * only go back and forth.
 */
final class Permission {

    private final Question question;
    private final QueueTree queues;
    private final WaitingJob job;
    private final ResourceVector least;
    private final boolean reclaimEver;
    private final QueueTrial live;
    private final Map<String, Boolean> fairEver = new TreeMap<>();
    private final Map<String, Double> sharesBefore = new TreeMap<>();

    Permission(Question question) {
        this.question = question;
        this.queues = question.queues();
        this.job = question.job();
        this.least = question.leastTotal();
        this.live = queues.trial();
        this.reclaimEver = mayReclaim() && queues.staysGuaranteedWhenIdle(job.queue(), least);
    }

    private boolean mayReclaim() {
        return queues.queue(job.queue()).filter(queue -> queue.spec().reclaim()).isPresent()
                && queues.guarantor(job.queue())
                        .filter(queue -> queue.spec().reclaim())
                        .isPresent();
    }

    private boolean reclaimsEver(String queue) {
        return reclaimEver && !sharesGuarantee(queue);
    }

    private boolean sharesGuarantee(String queue) {
        Optional<Queue> guarantor = queues.guarantor(job.queue());
        return queues.queue(queue).stream()
                .flatMap(other -> other.path().stream())
                .anyMatch(at -> guarantor.filter(at::equals).isPresent());
    }

    /** Whether a gang could be taken in some company; when not, it never is. */
    boolean mayEver(RunningJob run, ResourceVector leastLoss) {
        if (run.queue().equals(job.queue())) {
            return run.priority() < job.priority();
        }
        if (!reclaimsEver(run.queue()) && !byPriority(run) && (outranks(run) || !fairEver(run.queue()))) {
            return false;
        }
        live.refund(run.queue(), leastLoss);
        boolean keeps = live.keepsGuarantees(run.queue(), job.queue());
        live.charge(run.queue(), leastLoss);
        return keeps;
    }

    /** Whether a gang need be looked at; costs next to nothing. */
    boolean mayConsider(RunningJob run) {
        return run.queue().equals(job.queue()) ? run.priority() < job.priority() : mayTakeFrom(run.queue());
    }

    /** Whether anything of a queue could ever be taken. */
    boolean mayTakeFrom(String queue) {
        return queue.equals(job.queue())
                || reclaimsEver(queue)
                || question.policy().priorityAcrossQueues()
                || fairEver(queue);
    }

    /** Whether priority alone lets the job take a gang of another queue. */
    boolean byPriority(RunningJob run) {
        return question.policy().priorityAcrossQueues() && run.priority() < job.priority();
    }

    /** Whether its priority saves a gang of another queue from the fair share. */
    boolean outranks(RunningJob run) {
        return question.policy().priorityAcrossQueues() && run.priority() > job.priority();
    }

    boolean reclaims(String queue, QueueTrial after) {
        return reclaimsEver(queue) && after.staysGuaranteed(job.queue(), least);
    }

    /** Whether the job's queue does not get more than another one keeps, and less than that one had. */
    boolean isFair(String queue, QueueTrial after) {
        after.charge(job.queue(), least);
        QueueTrial.ParallelShares shares = after.presentShares(job.queue(), queue);
        after.refund(job.queue(), least);
        return shares.left() <= shares.right() && shares.left() < shareBefore(queue);
    }

    private double shareBefore(String queue) {
        return sharesBefore.computeIfAbsent(
                queue, other -> live.presentShares(job.queue(), other).right());
    }

    /** Even when the job's own queue gives up all that is less important; queues around it may give up more. */
    private boolean fairEver(String queue) {
        return fairEver.computeIfAbsent(queue, other -> {
            if (queues.queue(job.queue()).stream().anyMatch(own -> own.path().size() > 1)) {
                return true;
            }
            ResourceVector own = question.workload().heldBelow(job.queue(), job.priority());
            live.refund(job.queue(), own);
            boolean fair = isFair(other, live);
            live.charge(job.queue(), own);
            return fair;
        });
    }
}
