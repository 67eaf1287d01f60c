package dev.muster.scheduler.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * Whose turn it is: in which order the jobs of all queues are considered.
 *
 * <p>Goals: first jobs with which their queue stays within its guaranteed share, then the others; inside each the higher priority, then
 * the queue with the smaller fair share as it is by then, then the earlier submission, then the queue that used less in the past, then
 * the name.
 *
 * <p>Constraints: the order is that of the moment in which it is asked for. Jobs of one queue come in the order in which the backlog
 * shows them.
 *
 * <p>Algorithm: a heap of backlogs by their first job. A place in it is as old as its last look; while jobs start, fair shares only grow,
 * guarantees only fill up and later heads only come later, so a backlog whose place is still right when it comes up is the first of
 * all; one whose place has become worse goes back. After anything has ended or was preempted, places may have become better:
 * {@link #rebuild()}.
 *
 * <p>Example: queues a and b have the shares 0.1 and 0.2, two jobs each. a's turn; its job starts and a has 0.3. b's turn, because a's
 * place, still 0.1, is looked at again and is behind.
 *
 * <p>Complexity: logarithm of the number of backlogs x depth for a turn, plus as much for each place that has become worse since it was
 * last looked at. Lazy re-evaluation is the usual device for greedy choices whose keys only grow.
 *
 * @param <B> a backlog: waiting jobs of one queue that come one after the other
 */
public final class QueueTurns<B> {

    private final QueueTree queues;
    private final Function<B, String> queueOf;
    private final Function<B, Optional<Head>> headOf;
    private final PriorityQueue<Place<B>> places = new PriorityQueue<>(Place.ORDER);

    /** A backlog as it stood when it was last looked at. */
    private record Place<B>(B backlog, Head head, FairShare share, FairShare past) {

        static final Comparator<Place<?>> ORDER = Comparator.comparing(
                        (Place<?> place) -> place.head().guaranteed(), Comparator.reverseOrder())
                .thenComparing(place -> place.head().priority(), Comparator.reverseOrder())
                .thenComparing(Place::share)
                .thenComparing(place -> place.head().submittedAt())
                .thenComparing(Place::past)
                .thenComparing(place -> place.head().key());
    }

    /**
     * No backlogs yet.
     *
     * @param queueOf the queue of a backlog
     * @param headOf its first job as things stand; empty: none is left
     */
    public QueueTurns(QueueTree queues, Function<B, String> queueOf, Function<B, Optional<Head>> headOf) {
        this.queues = queues;
        this.queueOf = queueOf;
        this.headOf = headOf;
    }

    /** Adds a backlog, or one back whose turn is over and which has more jobs to consider. */
    public void add(B backlog) {
        place(backlog).ifPresent(places::add);
    }

    /** Takes out the backlog whose head is next; add it again when its next job is to have a turn too. Empty: there are none. */
    public Optional<B> next() {
        while (true) {
            Place<B> first = places.poll();
            if (first == null) {
                return Optional.empty();
            }
            Optional<Place<B>> now = place(first.backlog());
            if (now.isEmpty()) {
                continue;
            }
            Place<B> second = places.peek();
            if (second == null || Place.ORDER.compare(now.get(), second) <= 0) {
                return Optional.of(now.get().backlog());
            }
            places.add(now.get());
        }
    }

    /** Looks at every backlog anew, after something has ended or was preempted. */
    public void rebuild() {
        List<B> backlogs = new ArrayList<>();
        places.forEach(place -> backlogs.add(place.backlog()));
        places.clear();
        backlogs.forEach(this::add);
    }

    private Optional<Place<B>> place(B backlog) {
        String queue = queueOf.apply(backlog);
        return headOf.apply(backlog)
                .map(head -> new Place<>(backlog, head, queues.fairShare(queue), queues.pastShare(queue)));
    }
}
