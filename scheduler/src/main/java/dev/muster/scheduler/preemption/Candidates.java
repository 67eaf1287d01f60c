package dev.muster.scheduler.preemption;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.queue.Queue;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What may be taken of the gangs that run. Each gang is looked at once, when a place that it touches is. */
final class Candidates {

    /** Gangs of the job's own queue elsewhere are thought of only while they are so few. */
    private static final int MOST_HELPERS = 64;

    private final Question question;
    private final Permission permission;
    private final LostWork lostWork;
    private final Instant protectedBy;
    private final Map<JobKey, List<Item>> known = new LinkedHashMap<>();
    private final SortedSet<Instant> protections = new TreeSet<>();
    private final List<RunningJob> helpers;

    /** @param protectedBy gangs that are still protected at this moment are not taken */
    Candidates(Question question, Permission permission, Instant protectedBy) {
        this.question = question;
        this.permission = permission;
        this.protectedBy = protectedBy;
        this.lostWork =
                new LostWork(question.cluster().capacity(), question.policy().restartCost(), question.now());
        this.helpers = helpers();
    }

    /** Until when gangs are protected that could be taken but for that. */
    SortedSet<Instant> protections() {
        return protections;
    }

    /**
     * What may be taken in a place, of gangs with a pod there. Besides, where the job's queue uses too much, what frees its maximum,
     * wherever it runs.
     */
    List<Item> in(Scope scope) {
        Map<JobKey, RunningJob> gangs = new LinkedHashMap<>();
        scope.gangs(question).forEach(run -> gangs.put(run.key(), run));
        helpers.forEach(run -> gangs.put(run.key(), run));
        List<Item> items = new ArrayList<>();
        gangs.values().forEach(run -> items.addAll(of(run)));
        return items;
    }

    /** Gangs that make the job's own queues use less: to get below a maximum, or to have a claim on others. */
    private List<RunningJob> helpers() {
        String own = question.job().queue();
        if (question.queues().excess(own, question.leastTotal()).isPresent()) {
            String top = topQueue(own);
            return question.workload().running().stream()
                    .filter(run -> topQueue(run.queue()).equals(top) && !of(run).isEmpty())
                    .toList();
        }
        boolean alone = question.queues().queues().stream()
                .allMatch(queue -> queue.name().equals(own) || queue.ownUsage().isZero());
        if (alone) {
            return List.of();
        }
        List<RunningJob> found = question.workload().running().stream()
                .filter(run -> run.queue().equals(own)
                        && run.priority() < question.job().priority())
                .limit(MOST_HELPERS + 1L)
                .toList();
        return found.size() > MOST_HELPERS ? List.of() : found;
    }

    private String topQueue(String name) {
        return question.queues().queue(name).map(Queue::path).stream()
                .filter(path -> !path.isEmpty())
                .map(path -> path.get(0).name())
                .findFirst()
                .orElse(name);
    }

    private List<Item> of(RunningJob run) {
        return known.computeIfAbsent(run.key(), key -> items(run));
    }

    private List<Item> items(RunningJob run) {
        if (!run.job().preemptible() || !permission.mayConsider(run)) {
            return List.of();
        }
        List<Item> items = new ArrayList<>();
        add(new Item(run, run.held(), true, lostWork.millis(run, run.held()), question::host), items);
        if (question.policy().elasticity() && run.job().request().isElastic()) {
            slices(run)
                    .forEach(
                            pods -> add(new Item(run, pods, false, lostWork.millis(run, pods), question::host), items));
        }
        if (items.isEmpty() || run.protectedUntil().compareTo(protectedBy) <= 0) {
            return items;
        }
        protections.add(run.protectedUntil());
        return List.of();
    }

    private void add(Item item, List<Item> items) {
        boolean enough = item.whole() || item.pods().size() <= item.sheddable();
        if (enough && permission.mayEver(item.run(), item.amounts())) {
            items.add(item);
        }
    }

    /** The pods of an elastic gang without its leader by outermost slice, the last ranks first. */
    private static List<List<PlacedPod>> slices(RunningJob run) {
        int leaders = run.job().request().leader().isPresent() ? 1 : 0;
        int granule = run.job().request().granule();
        SortedMap<Integer, List<PlacedPod>> bySlice = new TreeMap<>(Comparator.reverseOrder());
        for (PlacedPod pod : run.pods()) {
            if (pod.rank() >= leaders) {
                bySlice.computeIfAbsent((pod.rank() - leaders) / granule, slice -> new ArrayList<>())
                        .add(pod);
            }
        }
        return Collections.unmodifiableList(new ArrayList<>(bySlice.values()));
    }
}
