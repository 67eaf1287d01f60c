package dev.muster.scheduler.workload;

import dev.muster.scheduler.placement.GangRequest;
import java.util.Collections;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Waiting jobs of one queue and priority that ask for the same: what room refuses to one of them it refuses to all, so a
 * cycle asks once. Only their walltimes and ages differ.
 */
public final class Cohort {

    /** The earlier submission first, then the name. */
    static final Comparator<WaitingJob> BY_AGE =
            Comparator.comparing(WaitingJob::submittedAt).thenComparing(WaitingJob::key);

    /** What the jobs of a cohort have in common. */
    record Shape(String queue, int priority, GangRequest request, boolean held) {
        static Shape of(WaitingJob job) {
            return new Shape(job.queue(), job.priority(), job.request(), job.held());
        }
    }

    private final Shape shape;
    private final NavigableSet<WaitingJob> jobs;

    Cohort(Shape shape, Comparator<WaitingJob> order) {
        this.shape = shape;
        this.jobs = new TreeSet<>(order);
    }

    public String queue() {
        return shape.queue();
    }

    public int priority() {
        return shape.priority();
    }

    public GangRequest request() {
        return shape.request();
    }

    public boolean held() {
        return shape.held();
    }

    /** Never empty while the cohort is part of a workload; in the order of the workload. */
    public NavigableSet<WaitingJob> jobs() {
        return Collections.unmodifiableNavigableSet(jobs);
    }

    void add(WaitingJob job) {
        jobs.add(job);
    }

    void remove(WaitingJob job) {
        jobs.remove(job);
    }
}
