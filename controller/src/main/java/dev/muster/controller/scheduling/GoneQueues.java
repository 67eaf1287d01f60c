package dev.muster.controller.scheduling;

import dev.muster.controller.state.JobRecord;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Queues that are declared no more while jobs still name them. Such a queue may use nothing: what runs there runs on, what
 * waits there waits until the queue is declared again, and it takes no new jobs.
 */
final class GoneQueues {

    private final Set<String> names = new TreeSet<>();

    /** Those that jobs name which have not ended. */
    GoneQueues(List<QueueSpec> declared, Collection<JobRecord> jobs) {
        List<String> known =
                declaredOrDefault(declared).stream().map(QueueSpec::name).toList();
        for (JobRecord job : jobs) {
            if (!job.phase().isTerminal()) {
                names.add(job.spec().queue());
            }
        }
        known.forEach(names::remove);
        names.remove(QueueSpec.ROOT);
    }

    private static List<QueueSpec> declaredOrDefault(List<QueueSpec> declared) {
        return declared.isEmpty() ? List.of(QueueSpec.unlimited("default")) : declared;
    }

    /** All that are declared, and these. */
    List<QueueSpec> besides(List<QueueSpec> declared) {
        if (names.isEmpty()) {
            return declared;
        }
        List<QueueSpec> all = new ArrayList<>(declaredOrDefault(declared));
        Map<String, Long> nothing =
                Map.of(ResourceVector.ACCELERATORS, 0L, ResourceVector.CPU_MILLIS, 0L, ResourceVector.MEMORY_BYTES, 0L);
        for (String name : names) {
            all.add(new QueueSpec(name, QueueSpec.ROOT, ResourceVector.ZERO, new TreeMap<>(nothing), 1, false));
        }
        return all;
    }

    boolean contains(String queue) {
        return names.contains(queue);
    }

    /** Why a job of such a queue waits. */
    Optional<Explanation> explain(String queue) {
        if (!contains(queue)) {
            return Optional.empty();
        }
        String text =
                "queue " + queue + " is declared no more; declare it again, or cancel the job and submit it to another";
        return Optional.of(new Explanation(
                Rejection.of(ReasonCode.QUOTA, Remedy.NOTHING, text), List.of(), Optional.empty(), List.of()));
    }
}
