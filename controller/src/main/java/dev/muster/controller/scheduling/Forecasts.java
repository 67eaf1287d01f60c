package dev.muster.controller.scheduling;

import dev.muster.controller.scheduling.GangScheduling.Forecast;
import dev.muster.controller.state.JobRecord;
import dev.muster.scheduler.cycle.DryRun;
import dev.muster.scheduler.cycle.SchedulingCycle;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.cycle.Start;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What would become of a job, and why it waits; as of now, and without changing anything. */
final class Forecasts {

    private static final int MOST_NAMED = 5;
    private static final int MOST_QUEUES_NAMED = 20;

    private final SchedulingState state;
    private final GoneQueues gone;
    private final GangPlacer placer;
    private final SchedulingCycle cycle;
    private final AttemptPlanner planner;
    private final Nominations nominations;
    private final Departures departures;
    private final DecisionApplier applier;

    Forecasts(
            SchedulingState state,
            GoneQueues gone,
            GangPlacer placer,
            SchedulingCycle cycle,
            AttemptPlanner planner,
            Nominations nominations,
            Departures departures,
            DecisionApplier applier) {
        this.state = state;
        this.gone = gone;
        this.placer = placer;
        this.cycle = cycle;
        this.planner = planner;
        this.nominations = nominations;
        this.departures = departures;
        this.applier = applier;
    }

    /**
     * Why the job could never run here: an unknown queue or level, more than the whole cluster has, or than its queue may
     * ever use. A cluster without any host yet says nothing.
     */
    Optional<String> objectionTo(JobRecord job) {
        String queue = job.spec().queue();
        if (!takesJobs(queue)) {
            return Optional.of("spec.queue: there is no queue " + queue + "; choose one of " + queueNames());
        }
        GangRequest request = GangRequest.of(job.spec());
        if (state.cluster().hosts().isEmpty()) {
            return Optional.empty();
        }
        return placer.neverFits(request, state.cluster())
                .map(Rejection::text)
                .or(() -> state.queues()
                        .excessWhenIdle(queue, request.leastTotal())
                        .map(excess -> "needs " + excess.wanted() + " " + excess.resource() + "; queue "
                                + excess.queue() + " may never use more than " + excess.max()));
    }

    private boolean takesJobs(String queue) {
        return state.queues().takesJobs(queue) && !gone.contains(queue);
    }

    private String queueNames() {
        return String.join(
                ", ",
                state.queues().queues().stream()
                        .map(known -> known.spec().name())
                        .filter(this::takesJobs)
                        .limit(MOST_QUEUES_NAMED)
                        .toList());
    }

    /** Why the job waits, in brief: for lists. */
    Explanation brief(JobRecord job, Instant now) {
        return nominated(job)
                .or(() -> gone.explain(job.spec().queue()))
                .orElseGet(() -> cycle.brief(state, WorkloadRecords.waiting(job), now));
    }

    /** A job for which others are being stopped waits for nothing else. */
    private Optional<Explanation> nominated(JobRecord job) {
        List<JobKey> awaited = nominations.awaitedBy(job.key());
        return awaited.isEmpty() ? Optional.empty() : Optional.of(waitsFor(awaited, "stopped for it"));
    }

    private static Explanation waitsFor(List<JobKey> stopping, String what) {
        String text = "starts when " + stopping.size() + (stopping.size() == 1 ? " job has " : " jobs have ") + what
                + ": " + stopping.get(0) + (stopping.size() > 1 ? ", ..." : "");
        Rejection rejection = Rejection.of(ReasonCode.CAPACITY, Remedy.PREEMPTION, text);
        List<JobKey> named = stopping.stream().limit(MOST_NAMED).toList();
        return new Explanation(rejection, List.of(), Optional.empty(), named);
    }

    /** What would become of the job now; changes nothing. */
    Forecast of(JobRecord job, Instant now) {
        Optional<Explanation> known =
                nominated(job).or(() -> gone.explain(job.spec().queue()));
        if (known.isPresent()) {
            return new Forecast(List.of(), List.of(), known);
        }
        state.queues().advance(now);
        DryRun dryRun = departures.asIfGone(state, () -> cycle.dryRun(state, WorkloadRecords.waiting(job), now));
        return dryRun.start()
                .map(start -> forecast(job, start))
                .orElseGet(() -> new Forecast(List.of(), List.of(), dryRun.explanation()));
    }

    private Forecast forecast(JobRecord job, Start start) {
        List<JobKey> preempts = start.preemptions().stream()
                .map(preemption -> preemption.victim().key())
                .toList();
        List<JobKey> awaited = preempts.isEmpty() ? applier.awaitedIfStarted(start) : List.of();
        return awaited.isEmpty()
                ? new Forecast(planner.preview(job, start.placement()), preempts, Optional.empty())
                : new Forecast(List.of(), List.of(), Optional.of(waitsFor(awaited, "stopped")));
    }
}
