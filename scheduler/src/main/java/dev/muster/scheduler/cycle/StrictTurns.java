package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cycle.CyclePolicy.Order;
import dev.muster.scheduler.workload.WaitingJob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** One order for all jobs, whatever their queues: a heap of cohorts by their first job. */
final class StrictTurns implements CycleRun.Turns {

    private final PriorityQueue<Line> lines;

    StrictTurns(Order order) {
        Comparator<WaitingJob> jobs = order.comparator();
        this.lines = new PriorityQueue<>((left, right) ->
                jobs.compare(left.head().orElseThrow(), right.head().orElseThrow()));
    }

    @Override
    public void add(Line line) {
        if (line.head().isPresent()) {
            lines.add(line);
        }
    }

    @Override
    public Optional<Line> next() {
        return Optional.ofNullable(lines.poll());
    }

    @Override
    public void rebuild() {
        // The order depends on nothing that changes.
    }

    @Override
    public List<Line> stop() {
        List<Line> left = new ArrayList<>(lines);
        lines.clear();
        return left;
    }
}
