package dev.muster.scheduler.preemption;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.workload.RunningJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What it costs others that a job starts. The smaller is chosen: least lost work, then fewest gangs, then those of lowest priority, then
 * the youngest, then the fewest pods, then the first names. Of several gangs the most important, and the oldest, are compared first.
 *
 * @param lostMillis work that is lost and restarts, in accelerator-milliseconds
 * @param priorities of the gangs, the highest first
 * @param starts of the gangs, the oldest first
 * @param pods that lose their place
 * @param names of the gangs, in order
 */
public record PlanCost(long lostMillis, List<Integer> priorities, List<Instant> starts, int pods, List<JobKey> names)
        implements Comparable<PlanCost> {

    private static final Comparator<PlanCost> ORDER = Comparator.comparingLong(PlanCost::lostMillis)
            .thenComparingInt(PlanCost::gangs)
            .thenComparing(PlanCost::priorities, PlanCost::compareLists)
            .thenComparing(PlanCost::starts, (left, right) -> compareLists(right, left))
            .thenComparingInt(PlanCost::pods)
            .thenComparing(PlanCost::names, PlanCost::compareLists);

    public PlanCost {
        priorities = List.copyOf(priorities);
        starts = List.copyOf(starts);
        names = List.copyOf(names);
    }

    static PlanCost of(Collection<Item> items) {
        long lost = 0;
        int pods = 0;
        Map<JobKey, RunningJob> gangs = new LinkedHashMap<>();
        for (Item item : items) {
            lost = LostWork.sum(lost, item.lostMillis());
            pods += item.pods().size();
            gangs.put(item.run().key(), item.run());
        }
        return of(lost, gangs.values(), pods);
    }

    static PlanCost of(long lostMillis, Collection<RunningJob> gangs, int pods) {
        List<Integer> priorities = new ArrayList<>();
        List<Instant> starts = new ArrayList<>();
        List<JobKey> names = new ArrayList<>();
        for (RunningJob gang : gangs) {
            priorities.add(gang.priority());
            starts.add(gang.startedAt());
            names.add(gang.key());
        }
        priorities.sort(Comparator.reverseOrder());
        Collections.sort(starts);
        Collections.sort(names);
        return new PlanCost(lostMillis, priorities, starts, pods, names);
    }

    /** How many gangs give way. */
    public int gangs() {
        return names.size();
    }

    private static <T extends Comparable<T>> int compareLists(List<T> left, List<T> right) {
        for (int index = 0; index < Math.min(left.size(), right.size()); index++) {
            int order = left.get(index).compareTo(right.get(index));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    @Override
    public int compareTo(PlanCost other) {
        return ORDER.compare(this, other);
    }
}
