package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.document.NearestName;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.PlacementResult;
import dev.muster.scheduler.placement.PlacementResult.Refused;
import dev.muster.scheduler.queue.Queue;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.queue.QuotaExcess;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks everything that decides whether one job can start, in the order of {@link ReasonCode}, and remembers refusals: many
 * jobs ask for the same, and while nothing has been given back the answer stays no.
 */
final class Admission {

    private static final int MOST_REMEMBERED = 10_000;

    /** A refusal, and the state of the cluster in which its numbers are right. */
    private record Remembered(Rejection rejection, long version) {}

    private final GangPlacer placer;
    private final ClusterSnapshot cluster;
    private final QueueTree queues;
    private final Map<GangRequest, Remembered> refusals = new LinkedHashMap<>();
    private final Map<GangRequest, Optional<Rejection>> impossible = new LinkedHashMap<>();

    Admission(GangPlacer placer, ClusterSnapshot cluster, QueueTree queues) {
        this.placer = placer;
        this.cluster = cluster;
        this.queues = queues;
    }

    /** Where a job can start now, or why it cannot; a remembered refusal may have old numbers. */
    PlacementResult tryStart(WaitingJob job) {
        return decide(job, false);
    }

    /** The same with the numbers of this moment. */
    PlacementResult explain(WaitingJob job) {
        return decide(job, true);
    }

    private PlacementResult decide(WaitingJob job, boolean exact) {
        if (job.held()) {
            return new Refused(Rejection.of(
                    ReasonCode.HELD, Remedy.NOTHING, "is held; release it with: muster release " + job.key()));
        }
        String queue = job.spec().queue();
        if (!queues.takesJobs(queue)) {
            return new Refused(unknownQueue(queue));
        }
        GangRequest request = job.request();
        if (cluster.hosts().isEmpty()) {
            return new Refused(noHosts(request));
        }
        Optional<Rejection> never = never(queue, request);
        if (never.isPresent()) {
            return new Refused(never.get());
        }
        GangRequest allowed = withinQuota(queue, request);
        Optional<QuotaExcess> excess = queues.excess(queue, least(allowed));
        return excess.isPresent() ? new Refused(quota(excess.get())) : place(allowed, exact);
    }

    private Rejection unknownQueue(String queue) {
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

    private Optional<Rejection> never(String queue, GangRequest request) {
        if (impossible.size() > MOST_REMEMBERED) {
            impossible.clear();
        }
        Optional<Rejection> never = impossible.computeIfAbsent(request, asked -> placer.neverFits(asked, cluster));
        if (never.isPresent()) {
            return never;
        }
        return queues.excessWhenIdle(queue, least(request)).map(excess -> {
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

    private static ResourceVector least(GangRequest request) {
        return request.perHost().times(request.leastHeld());
    }

    /** An elastic gang asks for no more hosts than its queue may use, and at least for its least. */
    private GangRequest withinQuota(String name, GangRequest request) {
        if (request.hosts() == request.minHosts() && !request.sparesOptional()) {
            return request;
        }
        long most = (long) request.hosts() + request.spares();
        for (Queue queue = queues.queue(name).orElse(null);
                queue != null;
                queue = queue.parent().orElse(null)) {
            for (Map.Entry<String, Long> limit : queue.spec().max().entrySet()) {
                long each = request.perHost().amount(limit.getKey());
                long free = Math.max(0, limit.getValue() - queue.usage().amount(limit.getKey()));
                most = each == 0 ? most : Math.min(most, free / each);
            }
        }
        int firmSpares = request.sparesOptional() ? 0 : request.spares();
        int granule = request.granule();
        long least = (request.minHosts() + granule - 1L) / granule * granule;
        long hosts = Math.max(least, Math.min(request.hosts(), most - firmSpares));
        hosts -= hosts % granule;
        int spares = request.sparesOptional()
                ? (int) Math.max(0, Math.min(request.spares(), most - hosts))
                : request.spares();
        return request.withHosts((int) hosts, (int) Math.min(hosts, least))
                .withSpares(spares, request.sparesOptional());
    }

    private PlacementResult place(GangRequest request, boolean exact) {
        Remembered remembered = refusals.get(request);
        if (remembered != null && (!exact || remembered.version() == cluster.version())) {
            return new Refused(remembered.rejection());
        }
        PlacementResult result = placer.place(request, cluster);
        if (result instanceof Refused refused) {
            if (refusals.size() > MOST_REMEMBERED) {
                refusals.clear();
            }
            refusals.put(request, new Remembered(refused.rejection(), cluster.version()));
        }
        return result;
    }
}
