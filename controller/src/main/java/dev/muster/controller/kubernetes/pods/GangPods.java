package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.kubernetes.pods.GangPlan.Seat;
import dev.muster.controller.kubernetes.pods.PodReading.Life;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.workload.HostReport;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.controller.workload.RunPhase;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The pods of one attempt: what is to become of them, what is known of them, and so what must be done and reported next.
 * Pure: it makes no call and reads no clock.
 *
 * <p><b>Goals.</b> A gang is bound only once all its pods exist, so that a quota or a refusal leaves nothing half running.
 * A stop overtakes a start at any moment. A host's part counts as ended when none of its containers can run any more.
 *
 * <p><b>Constraints.</b> Each event costs O(ranks of one host), but for the order that concerns the whole gang. Events may
 * come twice, late, or as the difference between two lists.
 */
final class GangPods {

    /** For ranks that hold nothing worth a longer goodbye. */
    static final long STRAY_GRACE_SECONDS = 2;

    /** Hears what follows from an event. */
    interface Listener {
        /** There may be something to do. */
        void due(Work work);

        /** What this host would report may have changed. */
        void changed(GangPods gang, String host);

        void hindered(GangPods gang, String host, String words);

        /** Ranks end or will end there without being told by us. */
        void givesUp(GangPods gang, String host, boolean graceful, String why);

        /** A call has ended, so the gang may be over. */
        void answered(GangPods gang);

        /** Nothing of the gang can run any more on a host that was fenced. */
        void fenced(GangPods gang, String host);
    }

    /** What a gang asks of its surroundings. */
    record Surroundings(
            Function<JobRecord, Optional<OwnerReference>> owners, Function<String, String> acceleratorResources) {}

    private record Told(String host, boolean graceful) {}

    private final GangKey key;
    private final String namespace;
    private final String jobName;
    private final Optional<JobRecord> job;
    private final Optional<PlacementRecord> placement;
    private final Surroundings surroundings;
    private final Listener listener;
    private final Map<String, RankPod> pods = new LinkedHashMap<>();
    private final Map<String, Map<Integer, RankPod>> byHost = new HashMap<>();
    private final Map<Integer, Seat> seats = new HashMap<>();
    private final GangService service;
    private final Set<Told> told = new HashSet<>();
    private Optional<GangPlan> plan = Optional.empty();
    private boolean impossible;
    private Order order;
    private long graceSeconds;
    private int missing;

    private GangPods(
            GangKey key,
            String namespace,
            String jobName,
            Optional<JobRecord> job,
            Optional<PlacementRecord> placement,
            Order order,
            Surroundings surroundings,
            Listener listener) {
        this.key = key;
        this.namespace = namespace;
        this.jobName = jobName;
        this.job = job;
        this.placement = placement;
        this.order = order;
        this.surroundings = surroundings;
        this.listener = listener;
        this.service = new GangService(this, order != Order.NOTED && order != Order.KEEP);
    }

    /** An attempt that the records hold. */
    static GangPods of(
            JobRecord job,
            PlacementRecord placement,
            Order order,
            long graceSeconds,
            Surroundings surroundings,
            Listener listener) {
        GangPods gang = new GangPods(
                new GangKey(job.uid(), placement.attempt()),
                job.key().namespace(),
                job.key().name(),
                Optional.of(job),
                Optional.of(placement),
                order,
                surroundings,
                listener);
        gang.graceSeconds = graceSeconds;
        for (Seat seat : GangPlan.seats(placement)) {
            gang.seats.put(seat.rank(), seat);
            gang.add(new RankPod(
                    gang,
                    PodNames.pod(job.key().name(), placement.attempt(), seat.rank()),
                    seat.rank(),
                    seat.part().host()));
        }
        return gang;
    }

    /** Pods that nobody knows any more: to be removed. */
    static GangPods stray(PodReading first, Surroundings surroundings, Listener listener) {
        GangPods gang = new GangPods(
                first.gang(),
                first.namespace(),
                first.job(),
                Optional.empty(),
                Optional.empty(),
                Order.GONE,
                surroundings,
                listener);
        gang.graceSeconds = STRAY_GRACE_SECONDS;
        return gang;
    }

    private void add(RankPod pod) {
        pods.put(pod.name(), pod);
        missing++;
        byHost.computeIfAbsent(pod.host(), host -> new LinkedHashMap<>()).put(pod.rank(), pod);
    }

    GangKey key() {
        return key;
    }

    String namespace() {
        return namespace;
    }

    String jobName() {
        return jobName;
    }

    Order order() {
        return order;
    }

    long graceSeconds() {
        return graceSeconds;
    }

    Set<String> hosts() {
        return byHost.keySet();
    }

    Collection<RankPod> pods() {
        return pods.values();
    }

    /** Whether nothing is left and nothing is to come, so that the gang can be forgotten. */
    boolean isOver() {
        return order == Order.GONE
                && !service.mayExist()
                && pods.values().stream().noneMatch(pod -> pod.exists() || pod.isInFlight());
    }

    // ---- orders

    /** A decision to start that was noted has become durable. */
    void begin() {
        if (order == Order.NOTED) {
            order = Order.START;
            listener.due(service);
        }
    }

    /** For a gang of the records that this controller found: what the first list did not hold is not there. */
    void takeUp() {
        if (order.isEnding()) {
            pods.values().forEach(RankPod::endIfNeverBegun);
        } else if (order == Order.TAKEN_UP) {
            pods.values().stream().filter(RankPod::isMissing).forEach(pod -> {
                pod.endIfNeverBegun();
                interrupted(pod, "pod " + pod.name() + " is not there any more");
            });
        }
        everythingIsDue();
        hosts().forEach(host -> listener.changed(this, host));
    }

    void end(Order next, long withGraceSeconds) {
        boolean sooner = order.isEnding() && withGraceSeconds < graceSeconds;
        if (next.compareTo(order) <= 0 && !sooner) {
            return;
        }
        graceSeconds = order.isEnding() ? Math.min(graceSeconds, withGraceSeconds) : withGraceSeconds;
        order = next.compareTo(order) > 0 ? next : order;
        pods.values().forEach(RankPod::endIfNeverBegun);
        everythingIsDue();
        hosts().forEach(host -> listener.changed(this, host));
    }

    void everythingIsDue() {
        listener.due(service);
        pods.values().forEach(listener::due);
    }

    /** What ran on the host until now is dead; what lives there later is another life's. */
    void fence(String host) {
        Collection<RankPod> there = at(host);
        for (RankPod pod : there) {
            pod.fence();
            listener.due(pod);
        }
        tellIfFenced(host);
    }

    private Collection<RankPod> at(String host) {
        return byHost.getOrDefault(host, Map.of()).values();
    }

    private void tellIfFenced(String host) {
        Collection<RankPod> there = at(host);
        if (there.stream().allMatch(pod -> pod.isFenced() && pod.isCertainlyDead())) {
            listener.fenced(this, host);
        }
    }

    // ---- what the watch says

    void seen(PodReading reading) {
        RankPod pod = pods.get(reading.name());
        if (pod == null) {
            pod = new RankPod(this, reading.name(), reading.rank(), reading.host());
            add(pod);
        }
        boolean wasSettled = pod.isSettled();
        pod.seen(reading);
        if (!order.isEnding() && !pod.isFenced()) {
            if (reading.life() == Life.HINDERED) {
                listener.hindered(this, pod.host(), reading.message());
            } else if (!wasSettled) {
                unasked(pod, reading);
            }
        }
        listener.due(pod);
        afterChangeOf(pod);
    }

    private void unasked(RankPod pod, PodReading reading) {
        if (reading.life() == Life.INTERRUPTED) {
            interrupted(pod, "pod " + reading.name() + ": " + reading.message());
        } else if (reading.isDeleted() && !reading.life().isEnded()) {
            String words = reading.message().isEmpty() ? "somebody deleted it" : reading.message();
            giveUp(pod.host(), true, "pod " + reading.name() + " is being removed: " + words);
        }
    }

    private void interrupted(RankPod pod, String why) {
        giveUp(pod.host(), false, why);
    }

    private void giveUp(String host, boolean graceful, String why) {
        if (told.add(new Told(host, graceful))) {
            listener.givesUp(this, host, graceful, why);
        }
    }

    void gone(PodReading last) {
        RankPod pod = pods.get(last.name());
        if (pod != null) {
            boolean wasSettled = pod.isSettled();
            pod.gone(last.uid());
            followed(pod, wasSettled);
        }
    }

    private void followed(RankPod pod, boolean wasSettled) {
        if (!wasSettled && pod.isSettled() && !order.isEnding() && !pod.isFenced()) {
            interrupted(pod, "pod " + pod.name() + ": " + pod.status().message());
        }
        listener.due(pod);
        afterChangeOf(pod);
    }

    private void afterChangeOf(RankPod pod) {
        if (pod.isFenced()) {
            tellIfFenced(pod.host());
        }
        listener.changed(this, pod.host());
    }

    // ---- what pods and service ask of their gang

    boolean isWhole() {
        return missing == 0;
    }

    String serviceName() {
        return PodNames.service(jobName, key.attempt());
    }

    boolean waitsForOwner() {
        return plan.isEmpty() && !impossible;
    }

    /** Empty while the job has no owner, or for ever when no pods can be made of it. */
    Optional<GangPlan> plan() {
        if (plan.isEmpty() && !impossible) {
            try {
                plan = surroundings.owners().apply(job.orElseThrow()).map(this::planFor);
            } catch (IllegalArgumentException wrong) {
                impossible(hosts().iterator().next(), wrong);
            }
        }
        return plan;
    }

    private GangPlan planFor(OwnerReference owner) {
        return new GangPlan(job.orElseThrow(), placement.orElseThrow(), owner);
    }

    private void impossible(String host, IllegalArgumentException wrong) {
        impossible = true;
        listener.hindered(this, host, String.valueOf(wrong.getMessage()));
    }

    Optional<Pod> podToMake(RankPod pod) {
        Seat seat = seats.get(pod.rank());
        if (!service.isMade() || impossible || seat == null) {
            return Optional.empty();
        }
        try {
            return plan().map(known ->
                    known.pod(seat, surroundings.acceleratorResources().apply(pod.host())));
        } catch (IllegalArgumentException wrong) {
            impossible(pod.host(), wrong);
            return Optional.empty();
        }
    }

    void answered(GangService made, ApiCall call, Answer answer) {
        if (answer instanceof Answer.Refused refused && !order.isEnding()) {
            listener.hindered(this, hosts().iterator().next(), refused.words());
        } else if (call instanceof ApiCall.CreateService && answer instanceof Answer.Done) {
            everythingIsDue();
        }
        listener.answered(this);
    }

    void answered(RankPod pod, Answer answer, boolean wasSettled) {
        if (answer instanceof Answer.Refused refused && !order.isEnding()) {
            listener.hindered(this, pod.host(), refused.words());
        }
        followed(pod, wasSettled);
        listener.answered(this);
    }

    /** With the last pod made, all of them can be bound. */
    void noLongerMissing() {
        missing--;
        if (missing == 0 && order == Order.START) {
            pods.values().forEach(listener::due);
        }
    }

    // ---- what a host would report

    HostReport report(String host) {
        List<RankStatus> ranks = at(host).stream()
                .sorted((one, other) -> Integer.compare(one.rank(), other.rank()))
                .map(RankPod::status)
                .toList();
        String why = ranks.stream()
                .filter(rank -> rank.state() == RankState.STOPPED)
                .map(RankStatus::message)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        return new HostReport(host, key.jobUid(), key.attempt(), phase(host, ranks), ranks, why);
    }

    private RunPhase phase(String host, List<RankStatus> ranks) {
        if (at(host).stream().allMatch(RankPod::isSettled)) {
            return RunPhase.ENDED;
        }
        if (order.isEnding()) {
            return RunPhase.STOPPING;
        }
        boolean allBegun = ranks.stream().noneMatch(rank -> rank.state() == RankState.STARTING);
        return allBegun ? RunPhase.RUNNING : RunPhase.STARTING;
    }
}
