package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.cycle.Change;
import dev.muster.scheduler.cycle.CycleResult;
import dev.muster.scheduler.cycle.Preemption;
import dev.muster.scheduler.cycle.SchedulingCycle;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.cycle.Start;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.simulation.Scenario.Event;
import dev.muster.scheduler.simulation.ScenarioOutcome.JobOutcome;
import dev.muster.scheduler.simulation.ScenarioOutcome.JobState;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** One scenario from its first moment to its last. */
final class ScenarioRun {

    private static final int MOST_CYCLES = 100;

    private final Scenario scenario;
    private final LongSupplier nanoTicker;
    private final TreeGangPlacer placer = new TreeGangPlacer();
    private final SimulatedHosts hosts;
    private final SchedulingState state;
    private final SchedulingCycle cycle;
    private final Map<String, SimulatedJob> jobs = new LinkedHashMap<>();
    private final TreeMap<Long, List<Event>> events = new TreeMap<>();
    /** What happens by itself, by moment; at a moment with nothing in it time alone may change something. */
    private final TreeMap<Long, List<Runnable>> agenda = new TreeMap<>();

    private final List<ScenarioOutcome.Eviction> evicted = new ArrayList<>();
    private final List<ScenarioOutcome.Move> moved = new ArrayList<>();
    private final List<Long> decisionNanos = new ArrayList<>();
    private int mostCycles;
    private long now;
    /** The first moment that has not come yet. */
    private long next;

    ScenarioRun(Scenario scenario, LongSupplier nanoTicker) {
        this.scenario = scenario;
        this.nanoTicker = nanoTicker;
        this.hosts = new SimulatedHosts(scenario);
        this.state = SchedulingState.of(
                hosts.cluster(),
                new QueueTree(scenario.queues()),
                hosts.windows(),
                scenario.policy().order());
        this.cycle = new SchedulingCycle(placer, scenario.policy());
    }

    ScenarioOutcome run() {
        scenario.running().forEach(this::runsAlready);
        for (Event event : scenario.events()) {
            events.computeIfAbsent(event.at(), at -> new ArrayList<>()).add(event);
            wake(event.at());
        }
        wake(0);
        while (!agenda.isEmpty() && agenda.firstKey() <= scenario.until()) {
            Map.Entry<Long, List<Runnable>> due = agenda.pollFirstEntry();
            now = due.getKey();
            next = now + 1;
            moment(due.getValue(), events.getOrDefault(now, List.of()));
        }
        now = scenario.until();
        state.queues().advance(instant());
        return outcome();
    }

    private Instant instant() {
        return Instant.ofEpochSecond(now);
    }

    private void wake(long moment) {
        if (moment >= next) {
            agenda.computeIfAbsent(moment, at -> new ArrayList<>());
        }
    }

    private void at(long moment, Runnable change) {
        agenda.computeIfAbsent(Math.max(next, moment), at -> new ArrayList<>()).add(change);
    }

    private void moment(List<Runnable> due, List<Event> happening) {
        state.queues().advance(instant());
        // A job that finishes in the second of its walltime has finished in time.
        happening.forEach(this::finish);
        due.forEach(Runnable::run);
        happening.forEach(this::cancel);
        hosts.windowsAt(instant());
        changeHosts(happening);
        for (Event event : happening) {
            if (event instanceof Scenario.Submit submit) {
                submit(submit.job());
            }
        }
        settle();
    }

    private void runsAlready(Scenario.Running running) {
        SimulatedJob job = new SimulatedJob(running.job(), running.startedAt());
        jobs.put(job.job.name(), job);
        job.startedAt = Optional.of(running.startedAt());
        Instant started = Instant.ofEpochSecond(running.startedAt());
        state.begin(new RunningJob(
                job.waiting(), running.pods(), List.of(), started, job.waiting().endsAt(started), Optional.empty()));
        begun(job);
    }

    private void begun(SimulatedJob job) {
        job.state = JobState.RUNNING;
        int run = ++job.run;
        job.endsAt()
                .ifPresent(end -> at(end, () -> {
                    if (job.run == run && job.state == JobState.RUNNING) {
                        over(job, job.finishes() ? JobState.FINISHED : JobState.FAILED);
                    }
                }));
        if (job.job.minRuntimeSeconds() > 0) {
            wake(job.startedAt.orElseThrow() + job.job.minRuntimeSeconds());
        }
    }

    private void over(SimulatedJob job, JobState how) {
        if (job.state == JobState.RUNNING) {
            state.stop(job.key());
        } else {
            state.workload().withdraw(job.key());
        }
        job.state = how;
        job.finishedAt = Optional.of(now);
    }

    private void finish(Event event) {
        if (event instanceof Scenario.Finish finish) {
            SimulatedJob job = jobs.get(finish.job());
            if (job != null && job.state == JobState.RUNNING) {
                over(job, JobState.FINISHED);
            }
        }
    }

    private void cancel(Event event) {
        if (event instanceof Scenario.Cancel cancel) {
            SimulatedJob job = jobs.get(cancel.job());
            if (job != null && !job.isOver()) {
                over(job, JobState.CANCELLED);
            }
        }
    }

    /** Hosts that fail together are lost together, so that no pod is put from one on the other. */
    private void changeHosts(List<Event> happening) {
        Set<String> lost = new LinkedHashSet<>();
        for (Event event : happening) {
            if (event instanceof Scenario.HostEvent change) {
                if (change.change() == Scenario.HostChange.UP) {
                    lose(lost);
                }
                hosts.change(change.host(), change.change(), instant());
                if (change.change() == Scenario.HostChange.DOWN) {
                    lost.add(change.host());
                }
            } else if (event instanceof Scenario.Maintenance maintenance) {
                hosts.announce(new MaintenanceWindow(
                        maintenance.domain(),
                        Instant.ofEpochSecond(maintenance.from()),
                        Instant.ofEpochSecond(maintenance.to())));
                hosts.windowsAt(instant());
                wake(maintenance.from());
                wake(maintenance.to());
            }
        }
        lose(lost);
    }

    /** The gangs on lost hosts are repaired, the most important first, or wait again. */
    private void lose(Set<String> lost) {
        SortedMap<JobKey, RunningJob> broken = new TreeMap<>();
        for (String host : lost) {
            state.workload().runningOn(host).forEach(run -> broken.put(run.key(), run));
        }
        lost.clear();
        List<RunningJob> inTurn = new ArrayList<>(broken.values());
        inTurn.sort(Comparator.comparingInt(RunningJob::priority)
                .reversed()
                .thenComparing(run -> run.job().submittedAt())
                .thenComparing(RunningJob::key));
        for (RunningJob run : inTurn) {
            SimulatedJob job = job(run);
            if (cycle.repair(state, run.key()).isPresent()) {
                job.repairs++;
            } else {
                waitAgain(job);
            }
        }
    }

    private void waitAgain(SimulatedJob job) {
        state.stop(job.key());
        submitAgain(job);
    }

    private void submitAgain(SimulatedJob job) {
        job.state = JobState.PENDING;
        job.startedAt = Optional.empty();
        state.workload().submit(job.waiting());
    }

    private SimulatedJob job(RunningJob run) {
        SimulatedJob job = jobs.get(run.key().name());
        if (job == null) {
            throw new IllegalStateException("job " + run.key() + " runs and nobody submitted it");
        }
        return job;
    }

    private void submit(Scenario.Job wanted) {
        SimulatedJob job = new SimulatedJob(wanted, now);
        jobs.put(wanted.name(), job);
        Optional<Rejection> invalid = placer.neverFits(wanted.request(), state.cluster())
                .filter(rejection -> rejection.code() == ReasonCode.INVALID);
        if (invalid.isPresent()) {
            job.state = JobState.REJECTED;
            job.rejection = invalid.map(Explanation::of);
        } else {
            state.workload().submit(job.waiting());
        }
    }

    private void settle() {
        for (int cycles = 1; cycles <= MOST_CYCLES; cycles++) {
            long begin = nanoTicker.getAsLong();
            CycleResult result = cycle.decide(state, instant());
            decisionNanos.add(nanoTicker.getAsLong() - begin);
            mostCycles = Math.max(mostCycles, cycles);
            result.nextChange().ifPresent(moment -> wake(moment.getEpochSecond()));
            result.starts().forEach(this::started);
            if (result.isQuiet()) {
                return;
            }
        }
    }

    private void started(Start start) {
        for (Preemption preemption : start.preemptions()) {
            if (preemption.left().isEmpty()) {
                SimulatedJob victim = job(preemption.victim());
                victim.evictions++;
                evicted.add(new ScenarioOutcome.Eviction(
                        victim.job.name(), now, start.job().key().name()));
                submitAgain(victim);
            }
        }
        start.moves().forEach(this::moved);
        SimulatedJob job = job(start.run());
        job.startedAt = Optional.of(now);
        begun(job);
    }

    private void moved(Change move) {
        Map<Integer, String> before = new TreeMap<>();
        move.before().pods().forEach(pod -> before.put(pod.rank(), pod.host()));
        for (PlacedPod pod : move.after().pods()) {
            String from = before.getOrDefault(pod.rank(), pod.host());
            if (!from.equals(pod.host())) {
                moved.add(new ScenarioOutcome.Move(move.after().key().name(), pod.rank(), from, pod.host(), now));
            }
        }
    }

    private ScenarioOutcome outcome() {
        SortedMap<String, JobOutcome> outcomes = new TreeMap<>();
        jobs.forEach((name, job) -> outcomes.put(name, outcome(job)));
        Collections.sort(decisionNanos);
        return new ScenarioOutcome(
                scenario.id(), scenario.levels(), outcomes, evicted, moved, mostCycles, decisionNanos);
    }

    private JobOutcome outcome(SimulatedJob job) {
        List<PlacedPod> placement = job.state == JobState.RUNNING
                ? state.workload().running(job.key()).orElseThrow().pods()
                : List.of();
        Optional<Explanation> explanation = job.state == JobState.PENDING
                ? Optional.of(cycle.explain(state, job.waiting(), instant()))
                : job.rejection;
        return new JobOutcome(
                job.state, job.startedAt, job.finishedAt, job.evictions, job.repairs, placement, explanation);
    }
}
