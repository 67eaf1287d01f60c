package dev.muster.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A day in a small cluster by chance: jobs come and end, hosts fail, and after each cycle every promise is checked. */
final class RandomDay {

    /** The policy promises that all settles within so many cycles; one more finds nothing to do. */
    private static final int MOST_CYCLES = 3;

    private static final int MOMENTS = 14;
    private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");

    private final String name;
    private final RandomGenerator random;
    private final RandomJobs jobs;
    private final ClusterSnapshot cluster;
    private final List<QueueSpec> queues;
    private final List<MaintenanceWindow> windows = new ArrayList<>();
    private final CyclePolicy policy;
    private final SchedulingState state;
    private final SchedulingCycle cycle;
    private final RunsLedger ledger;
    private final Set<JobKey> submitted = new LinkedHashSet<>();
    private final Set<JobKey> ended = new LinkedHashSet<>();
    private final Map<JobKey, Integer> stoppedIn = new TreeMap<>();
    private final StringBuilder log = new StringBuilder();
    private final TreeGangPlacer placer = new TreeGangPlacer();
    private Instant now = BEGIN;
    private int cycles;
    int starts;
    int preemptions;
    int moves;
    int growths;
    int repairs;

    RandomDay(long seed) {
        name = "seed " + seed;
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        jobs = new RandomJobs(random);
        cluster = jobs.cluster();
        queues = jobs.queues();
        policy = jobs.policy();
        state = SchedulingState.of(cluster, new QueueTree(queues), windows);
        cycle = new SchedulingCycle(placer, policy);
        ledger = new RunsLedger(cluster, queues, windows);
    }

    /** All that was decided, line by line. */
    String live() {
        for (int moment = 0; moment < MOMENTS; moment++) {
            now = now.plusSeconds(random.nextInt(1, 20) * 60L);
            state.queues().advance(now);
            end();
            changeHosts();
            openWindows();
            for (int coming = random.nextInt(0, 4); coming > 0; coming--) {
                submit();
            }
            settle(name + " at " + now);
        }
        return log.toString();
    }

    // ---- what happens

    private void end() {
        for (RunningJob run : List.copyOf(ledger.running.values())) {
            boolean due = run.endsAt().filter(end -> !end.isAfter(now)).isPresent();
            if (due || random.nextInt(12) == 0) {
                stop(run.key());
                ended.add(run.key());
            }
        }
        for (WaitingJob job : List.copyOf(state.workload().waiting())) {
            if (random.nextInt(25) == 0) {
                state.workload().withdraw(job.key());
                ended.add(job.key());
            }
        }
    }

    private void stop(JobKey key) {
        state.stop(key);
        ledger.running.remove(key);
    }

    private void submit() {
        List<String> names = queues.stream()
                .map(QueueSpec::name)
                .filter(queue -> !queue.equals("dept"))
                .toList();
        String queue = names.get(random.nextInt(names.size()));
        WaitingJob job = jobs.job("j" + submitted.size(), queue, random.nextInt(0, 3), now, true);
        submitted.add(job.key());
        state.workload().submit(job);
    }

    private void changeHosts() {
        for (ClusterHost host : List.copyOf(cluster.hosts())) {
            int dice = random.nextInt(40);
            boolean usable = host.exclusion().isEmpty();
            if (usable && dice == 0) {
                cluster.exclude(host.name(), Optional.of(Exclusion.CORDONED));
            } else if (usable && dice == 1) {
                lose(host);
            } else if (dice > 32) {
                cluster.exclude(host.name(), Optional.empty());
            }
        }
    }

    private void lose(ClusterHost host) {
        cluster.exclude(host.name(), Optional.of(Exclusion.LOST));
        for (RunningJob run : List.copyOf(state.workload().runningOn(host.name()))) {
            Optional<Change> repair = cycle.repair(state, run.key());
            log.append(now).append(" repair ").append(repair).append('\n');
            if (repair.isEmpty()) {
                assertThat(state.workload().running(run.key())).as(name).contains(run);
                stop(run.key());
                state.workload().submit(run.job());
                continue;
            }
            repairs++;
            RunningJob after = repair.get().after();
            ledger.running.put(run.key(), after);
            assertThat(run.job().pinned()).as(name + " moves the pinned " + run).isFalse();
            assertThat(after.pods()).as(name).noneMatch(pod -> pod.host().equals(host.name()));
            Map<Integer, PlacedPod> survivors = new TreeMap<>();
            run.pods().stream()
                    .filter(pod -> !pod.host().equals(host.name()))
                    .forEach(pod -> survivors.put(pod.rank(), pod));
            after.pods()
                    .forEach(pod -> assertThat(survivors.getOrDefault(pod.rank(), pod))
                            .as(name + " repairs " + run)
                            .isEqualTo(pod));
            ledger.assertSound(name + " after a repair");
        }
    }

    /** Seldom one is announced; hosts of those that are open take no work. */
    private void openWindows() {
        if (random.nextInt(12) == 0) {
            Instant from = now.plusSeconds(random.nextInt(1, 20) * 60L);
            windows.add(new MaintenanceWindow(List.of("b1"), from, from.plusSeconds(1800)));
        }
        Set<String> under = cluster.hostsUnder(MaintenanceWindow.active(windows, now));
        for (ClusterHost host : List.copyOf(cluster.hosts())) {
            boolean closed = host.exclusion().equals(Optional.of(Exclusion.MAINTENANCE));
            if (closed != under.contains(host.name())
                    && (closed || host.exclusion().isEmpty())) {
                cluster.exclude(host.name(), closed ? Optional.empty() : Optional.of(Exclusion.MAINTENANCE));
            }
        }
    }

    // ---- what is decided

    private void settle(String moment) {
        boolean quiet = false;
        for (int count = 0; !quiet; count++) {
            assertThat(count).as(moment + " does not settle\n" + log).isLessThanOrEqualTo(MOST_CYCLES);
            cycles++;
            Map<String, ResourceVector> usagesBefore = ledger.usages();
            CycleResult result = cycle.decide(state, now);
            note(result);
            result.starts().forEach(start -> apply(moment, start));
            result.growths().forEach(growth -> grow(moment, growth));
            ledger.assertSound(moment);
            ledger.assertWithinMaxima(moment, usagesBefore);
            assertNothingLost(moment, result);
            quiet = result.isQuiet();
        }
        assertExplained(moment);
    }

    private void apply(String moment, Start start) {
        String what = moment + " " + start;
        RunsLedger before = new RunsLedger(cluster, queues, windows);
        before.running.putAll(ledger.running);
        for (Preemption preemption : start.preemptions()) {
            JobKey victim = preemption.victim().key();
            assertThat(ledger.running.remove(victim)).as(what).isEqualTo(preemption.victim());
            preemption.left().ifPresentOrElse(left -> ledger.running.put(victim, left), () -> waitAgain(preemption));
        }
        for (Change move : start.moves()) {
            assertThat(ledger.running.put(move.before().key(), move.after()))
                    .as(what)
                    .isEqualTo(move.before());
            ledger.assertPutWell(what, Optional.of(move.before()), move.after(), now);
        }
        assertThat(ledger.running.put(start.job().key(), start.run())).as(what).isNull();
        assertThat(start.run().startedAt()).as(what).isEqualTo(now);
        assertThat(start.run().endsAt()).as(what).isEqualTo(start.job().endsAt(now));
        ledger.assertPutWell(what, Optional.empty(), start.run(), now);
        if (!start.preemptions().isEmpty()) {
            Integer stopped = stoppedIn.get(start.job().key());
            assertThat(stopped == null || cycles - stopped > 1)
                    .as(what + " stops others just after it was stopped itself")
                    .isTrue();
        }
        new VictimRules(before, ledger, policy, now).assertAllowed(what, start);
        starts++;
        preemptions += start.preemptions().size();
        moves += start.moves().size();
    }

    private void note(CycleResult result) {
        log.append(now).append(" cycle ").append(result.waiting()).append(' ').append(result.nextChange());
        result.starts().forEach(start -> {
            log.append("\n  start ").append(brief(start.run()));
            start.preemptions()
                    .forEach(given -> log.append("\n    for which gives way ")
                            .append(brief(given.victim()))
                            .append(given.left().map(RandomDay::brief)));
            start.moves()
                    .forEach(move -> log.append("\n    for which moves ")
                            .append(brief(move.before()))
                            .append(brief(move.after())));
        });
        result.growths().forEach(growth -> log.append("\n  grows ").append(brief(growth.after())));
        log.append('\n');
    }

    private static String brief(RunningJob run) {
        StringBuilder text = new StringBuilder(run.key().name() + " of " + run.queue() + " priority " + run.priority());
        run.pods()
                .forEach(pod -> text.append(' ')
                        .append(pod.rank())
                        .append('@')
                        .append(pod.host())
                        .append(pod.request().amounts()));
        return text.append(" until ").append(run.endsAt()).toString();
    }

    private void waitAgain(Preemption preemption) {
        stoppedIn.put(preemption.victim().key(), cycles);
        state.workload().submit(preemption.victim().job());
    }

    private void grow(String moment, Change growth) {
        String what = moment + " " + growth;
        assertThat(ledger.running.put(growth.before().key(), growth.after()))
                .as(what)
                .isEqualTo(growth.before());
        assertThat(growth.after().pods()).as(what).containsAll(growth.before().pods());
        assertThat(policy.elasticity()).as(what).isTrue();
        ledger.assertPutWell(what, Optional.of(growth.before()), growth.after(), now);
        growths++;
    }

    private void assertNothingLost(String moment, CycleResult result) {
        assertThat(state.workload().running())
                .as(moment + ": what runs")
                .containsExactlyElementsOf(ledger.running.values());
        Set<JobKey> known = new LinkedHashSet<>(ended);
        known.addAll(ledger.running.keySet());
        state.workload()
                .waiting()
                .forEach(job -> assertThat(known.add(job.key()))
                        .as(moment + ": " + job + " waits although it runs or has ended")
                        .isTrue());
        assertThat(known).as(moment + ": jobs").containsExactlyInAnyOrderElementsOf(submitted);
        int stopped = (int) result.starts().stream()
                .flatMap(start -> start.preemptions().stream())
                .filter(preemption -> preemption.left().isEmpty())
                .count();
        assertThat(result.waiting().values().stream()
                                .mapToInt(Integer::intValue)
                                .sum()
                        + stopped)
                .as(moment + ": every waiting job is counted once: " + result.waiting())
                .isEqualTo(state.workload().waiting().size());
    }

    /** When all is quiet, whoever waits knows why, and asking changes nothing. */
    private void assertExplained(String moment) {
        long version = cluster.version();
        for (WaitingJob job : List.copyOf(state.workload().waiting())) {
            String what = moment + " " + job;
            DryRun dryRun = cycle.dryRun(state, job, now);
            assertThat(dryRun.start())
                    .as(what + " could start, says the dry run\n" + log)
                    .isEmpty();
            dryRun.explanation()
                    .orElseThrow()
                    .expectedStartAt()
                    .ifPresent(at ->
                            assertThat(at).as(what + " is expected to start").isAfterOrEqualTo(now));
            cycle.brief(state, job, now)
                    .expectedStartAt()
                    .ifPresent(at -> assertThat(at)
                            .as(what + " is expected to start, in short")
                            .isAfterOrEqualTo(now));
            log.append(now)
                    .append(' ')
                    .append(job.key())
                    .append(' ')
                    .append(dryRun.explanation().orElseThrow())
                    .append('\n');
        }
        assertThat(state.workload().running()).as(moment).containsExactlyElementsOf(ledger.running.values());
        ledger.assertSound(moment);
        assertThat(version).as(moment).isLessThanOrEqualTo(cluster.version());
    }
}
