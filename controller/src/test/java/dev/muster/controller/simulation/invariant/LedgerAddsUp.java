package dev.muster.controller.simulation.invariant;

import dev.muster.controller.goodput.AttemptLedger;
import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A job's ledger is open for just those hosts and spares that its attempt holds; every accelerator millisecond from the
 * placement of each attempt to its end is in it once; and the ledgers of all queues are the sum of those of all jobs that
 * have ended. Milliseconds are counted only while nobody sets clocks.
 */
public final class LedgerAddsUp extends Invariant {

    /** An attempt as it was placed and as it was last stored. */
    private record Span(PlacementRecord placed, PlacementRecord last) {}

    private final Map<String, JobRecord> jobs = new HashMap<>();
    private final Map<String, JobLedger> ledgers = new HashMap<>();
    private final Map<String, TreeMap<Integer, Span>> attempts = new HashMap<>();
    private final Map<String, Long> ended = new HashMap<>();
    private final Map<String, GoodputLedger> queues = new HashMap<>();
    private boolean clocksAreRight = true;

    @Override
    public void clockJumped() {
        clocksAreRight = false;
    }

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        jobs.put(job.uid(), job);
    }

    @Override
    public void stored(Optional<PlacementRecord> before, PlacementRecord placement) {
        attempts.computeIfAbsent(placement.jobUid(), uid -> new TreeMap<>())
                .merge(
                        placement.attempt(),
                        new Span(placement, placement),
                        (span, now) -> new Span(span.placed(), placement));
    }

    @Override
    public void stored(String jobUid, JobLedger ledger) {
        ledgers.put(jobUid, ledger);
    }

    @Override
    public void stored(String queue, GoodputLedger goodput) {
        queues.put(queue, goodput);
    }

    @Override
    public void transactionStored() {
        for (JobRecord job : List.copyOf(jobs.values())) {
            if (job.phase().isTerminal()) {
                judge(job);
                jobs.remove(job.uid());
            } else if (job.phase().holdsHosts()) {
                judgeOpen(job);
            }
        }
        long sum = ended.values().stream().mapToLong(Long::longValue).sum();
        long booked = queues.values().stream()
                .mapToLong(queue -> queue.ended().buckets().total())
                .sum();
        require(
                booked == sum,
                () -> "the ledgers of all queues have " + booked + " ms of jobs that ended, their own " + sum);
    }

    private void judgeOpen(JobRecord job) {
        Span span = attempts.getOrDefault(job.uid(), new TreeMap<>())
                .get(job.status().attempt());
        Optional<AttemptLedger> open =
                Optional.ofNullable(ledgers.get(job.uid())).flatMap(JobLedger::attempt);
        if (span == null || open.isEmpty()) {
            throw new Violation(name(), job.key() + " holds hosts, and its ledger is not open");
        }
        long perHost = job.spec().gang().perHost().amount(ResourceVector.ACCELERATORS);
        long inGang = perHost * span.last().hosts().size();
        long asSpares = perHost * span.last().spares().size();
        require(
                open.get().accelerators() == inGang && open.get().spareAccelerators() == asSpares,
                () -> job.key() + " holds " + inGang + " accelerators and " + asSpares
                        + " as spares, its ledger counts " + open.get().accelerators() + " and "
                        + open.get().spareAccelerators());
    }

    private void judge(JobRecord job) {
        JobLedger ledger = ledgers.get(job.uid());
        require(ledger != null, () -> job.key() + " has ended without a ledger");
        if (ledger == null || ended.containsKey(job.uid())) {
            return;
        }
        require(ledger.attempt().isEmpty(), () -> "the ledger of " + job.key() + " is still open");
        long booked = ledger.settled().total();
        ended.put(job.uid(), booked);
        long least = 0;
        long most = 0;
        for (Span span : attempts.getOrDefault(job.uid(), new TreeMap<>()).values()) {
            least += milliseconds(job, span.last(), span.last().spares().size());
            most += milliseconds(job, span.last(), span.placed().spares().size());
        }
        long from = least;
        long to = most;
        require(
                !clocksAreRight || (from <= booked && booked <= to),
                () -> "the ledger of " + job.key() + " has " + booked + " ms, its attempts held " + from
                        + (from == to ? "" : " to " + to));
    }

    private static long milliseconds(JobRecord job, PlacementRecord placement, int spares) {
        long perHost = job.spec().gang().perHost().amount(ResourceVector.ACCELERATORS);
        long millis = Duration.between(placement.placedAt(), placement.endedAt().orElseThrow())
                .toMillis();
        return millis * perHost * (placement.hosts().size() + spares);
    }
}
