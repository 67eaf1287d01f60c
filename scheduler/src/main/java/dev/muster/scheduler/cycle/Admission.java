package dev.muster.scheduler.cycle;

import dev.muster.scheduler.document.NearestName;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.queue.Queue;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.queue.QuotaExcess;
import dev.muster.scheduler.workload.WaitingJob;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What keeps a job from starting whatever is free: that it is held, that its queue does not exist, that it could never fit, that its
 * queue's maximum is reached. Asked in the order of {@link ReasonCode}.
 */
final class Admission {

    private static final int MOST_REMEMBERED = 10_000;

    private final GangPlacer placer;
    private final SchedulingState state;
    private final Map<GangRequest, Optional<Rejection>> impossible = new LinkedHashMap<>();

    Admission(GangPlacer placer, SchedulingState state) {
        this.placer = placer;
        this.state = state;
    }

    /** Why a job cannot even be tried; empty when it can. */
    Optional<Rejection> refusal(WaitingJob job) {
        return lasting(job)
                .or(() -> state.queues()
                        .excess(job.queue(), withinQuota(job).leastTotal())
                        .map(Admission::quota));
    }

    /** Why a job could not be tried even if nothing ran. */
    Optional<Rejection> lasting(WaitingJob job) {
        if (job.held()) {
            return Optional.of(Rejection.of(
                    ReasonCode.HELD, Remedy.NOTHING, "is held; release it with: muster release " + job.key()));
        }
        if (!state.queues().takesJobs(job.queue())) {
            return Optional.of(unknownQueue(job.queue()));
        }
        if (state.cluster().hosts().isEmpty()) {
            return Optional.of(noHosts(job.request()));
        }
        return never(job);
    }

    private Rejection unknownQueue(String queue) {
        QueueTree queues = state.queues();
        String hint = NearestName.of(
                        queue,
                        queues.queues().stream()
                                .map(known -> known.spec().name())
                                .toList())
                .filter(queues::takesJobs)
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("; see: muster queues");
        return Rejection.of(
                ReasonCode.INVALID,
                Remedy.NOTHING,
                "the job names the queue " + queue + ", which does not exist" + hint);
    }

    private Optional<Rejection> never(WaitingJob job) {
        if (impossible.size() > MOST_REMEMBERED) {
            impossible.clear();
        }
        Optional<Rejection> never =
                impossible.computeIfAbsent(job.request(), asked -> placer.neverFits(asked, state.cluster()));
        if (never.isPresent()) {
            return never;
        }
        return state.queues()
                .excessWhenIdle(job.queue(), job.request().leastTotal())
                .map(excess -> {
                    String text = "needs " + excess.wanted() + " " + excess.resource() + "; queue " + excess.queue()
                            + " may never use more than " + excess.max() + "; it can never start in this queue";
                    return quotaRejection(ReasonCode.IMPOSSIBLE, excess, excess.max(), Remedy.NOTHING, text);
                });
    }

    /** Of a cluster that nobody knows yet nothing can be said for ever. */
    private static Rejection noHosts(GangRequest request) {
        int needed = request.leastHeld();
        return new Rejection(
                ReasonCode.CAPACITY,
                "",
                "",
                needed,
                0,
                Collections.emptySortedMap(),
                Remedy.NOTHING,
                "needs " + needed + (needed == 1 ? " host" : " hosts")
                        + "; no host has registered yet, it starts when enough have");
    }

    private static Rejection quota(QuotaExcess excess) {
        String text = "needs " + excess.wanted() + " " + excess.resource() + "; queue " + excess.queue() + " uses "
                + excess.used() + " of at most " + excess.max() + ", " + (excess.wanted() - excess.available())
                + " short; it starts when jobs of that queue end";
        return quotaRejection(ReasonCode.QUOTA, excess, excess.available(), Remedy.WAIT, text);
    }

    private static Rejection quotaRejection(
            ReasonCode code, QuotaExcess excess, long available, Remedy helps, String text) {
        return new Rejection(
                code,
                excess.resource(),
                excess.queue(),
                excess.wanted(),
                available,
                Collections.emptySortedMap(),
                helps,
                text);
    }

    /** An elastic gang asks for no more pods than its queue may use, and at least for its least. */
    GangRequest withinQuota(WaitingJob job) {
        GangRequest request = job.request();
        if (!request.isElastic() && !request.sparesOptional()) {
            return request;
        }
        long most = (long) request.pods() + request.spares();
        for (Optional<Queue> at = state.queues().queue(job.queue());
                at.isPresent();
                at = at.get().parent()) {
            for (Map.Entry<String, Long> limit : at.get().spec().max().entrySet()) {
                long each = request.perPod().amount(limit.getKey());
                long taken = at.get().usage().amount(limit.getKey())
                        + request.leader()
                                .map(leader -> leader.amount(limit.getKey()))
                                .orElse(0L);
                most = each == 0 ? most : Math.min(most, Math.max(0, limit.getValue() - taken) / each);
            }
        }
        int firmSpares = request.sparesOptional() ? 0 : request.spares();
        int granule = request.granule();
        long least = (request.minPods() + granule - 1L) / granule * granule;
        long pods = Math.max(least, Math.min(request.pods(), most - firmSpares));
        pods -= pods % granule;
        int spares = request.sparesOptional()
                ? (int) Math.max(0, Math.min(request.spares(), most - pods))
                : request.spares();
        return request.withPods((int) pods, (int) Math.min(pods, least)).withSpares(spares, request.sparesOptional());
    }
}
